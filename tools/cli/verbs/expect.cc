// The verb expect, which makes the inventory: who has a slot before it is heard.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "tools/cli/names_file.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/inventory.h"
#include "tools/cli/verbs/action_options.h"
#include "tools/cli/verbs/agreement.h"

namespace flatline::cli {
namespace {

struct InventoryList {
  std::string file;
  bool prune = false;
  bool allow_empty = false;
};

void require_sense(const ActionArguments& options, const InventoryList& list) {
  if (options.hosts.empty() && list.file.empty()) {
    throw UsageError("expect: give hosts, or --file FILE");
  }
  if (list.prune && (list.file.empty() || !options.hosts.empty())) {
    throw UsageError("expect: --prune makes the inventory equal to --file LIST, and to that alone");
  }
  if (list.prune && !options.key.empty()) {
    throw UsageError(
        "--key: another time a list may change other hosts; with --prune the same command, typed "
        "again, does what is left");
  }
  if (list.allow_empty && !list.prune) {
    throw UsageError("expect: --allow-empty is for --prune");
  }
}

/// Expected hosts are not registered yet, so no glob can match them: they are named.
int expect(Session& session, ActionArguments options, const std::string& names_file) {
  options = with_listed(std::move(options));
  for (const std::string& host : options.hosts) {
    if (is_glob(host)) refuse_flag("host", host, "NAME or NAME[001-250,252]");
  }
  if (!names_file.empty()) {
    const auto names = read_names(names_file);
    options.hosts.insert(options.hosts.end(), names.begin(), names.end());
  }
  tell_case_twins(session.client, options.hosts);
  return perform(session, kExpect, options);
}

std::vector<std::string> forgotten_hosts(Client& client) {
  std::vector<std::string> names;
  for (const BanAnswer& ban : client.bans().bans) {
    if (ban.forgotten_up_to) names.push_back(ban.host);
  }
  return names;
}

/// An empty list may well be a mistake of whoever made it, so it must be said to be meant.
std::vector<std::string> read_list(const InventoryList& options) {
  const auto names = read_names_or_none(options.file);
  if (names.empty() && !options.allow_empty) {
    throw Failure(fmt::format(
        "{}: holds no name; --allow-empty says that all who are expected shall be taken back",
        options.file == "-" ? "stdin" : options.file));
  }
  return names;
}

/// Makes the inventory equal to a list. Who goes, goes first: that makes room for who comes.
int make_equal(Session& session, ActionArguments options, const InventoryList& list_options) {
  if (session.chosen.is_pair()) {
    throw UsageError(
        fmt::format("expect: --prune compares the list with one collector's inventory; name one "
                    "after the other, as --context {}",
                    session.chosen.collectors.front().name));
  }
  const auto list = read_list(list_options);
  tell_case_twins(session.client, list);
  const InventoryChange change =
      inventory_change(list, session.client.names(""), session.client.names("awaited"),
                       forgotten_hosts(session.client));
  tell_note(report_staying(change));
  if (change.coming.empty() && change.going.empty()) {
    print(
        fmt::format("nothing to do: all {} of the list are registered, and nobody else is "
                    "expected\n",
                    list.size()));
    return 0;
  }
  if (!options.yes) let_agree(report_proposal(change));
  options.yes = true;
  options.is_repeatable = true;
  int code = 0;
  for (const auto& [action, hosts] :
       {std::pair(kUnexpect, &change.going), std::pair(kExpect, &change.coming)}) {
    if (hosts->empty()) continue;
    options.hosts = *hosts;
    session.client.restart_deadline();
    code = std::max(code, perform(session, action, options));
  }
  return code;
}

}  // namespace

void add_expect_verb(CommandLine& line) {
  const SharedArguments options = fresh_arguments();
  const auto list = std::make_shared<InventoryList>();
  Verb& verb =
      line.verb("expect", "Put hosts into the inventory before they are heard",
                "  flatline expect web-1 'db-[01-12]' --yes\n"
                "  flatline expect --file hosts.txt --why 'rack 7'\n"
                "  sort hosts.txt | flatline expect - --yes\n"
                "  flatline expect --file hosts.txt --prune       shows what that changes\n"
                "Each has a slot at once and is `expected`; not heard within 10 minutes it\n"
                "is `missing`, and down. unexpect takes it back.\n"
                "--prune also takes back who is expected or missing and not in the file. Who\n"
                "was ever heard stays, silent or not, and is told: forget takes such a host.");
  add_common(verb, options);
  add_why(verb, options);
  verb.takes_any("host", options->hosts, "Names, web-[001-250], - (from stdin)")
      .option("--file FILE", list->file,
              "A file of names, one a line; # begins a comment; - is stdin")
      .flag("--prune", list->prune, "Make the inventory equal to the file")
      .flag("--allow-empty", list->allow_empty,
            "With --prune: a file without a name takes back all who are expected")
      .flag("--yes", options->yes, "Do not ask whether what is folded, or changes, is meant")
      .runs([=](Session& session) {
        require_sense(*options, *list);
        return list->prune ? make_equal(session, *options, *list)
                           : expect(session, *options, list->file);
      });
}

}  // namespace flatline::cli
