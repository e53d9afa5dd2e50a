// The verbs ls and show: hosts one by one.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/names_file.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/hints.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/past_report.h"
#include "tools/cli/report/report.h"
#include "tools/cli/verbs/list_form.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct ListOptions {
  std::vector<std::string> filters;
  std::optional<SlotRange> slots;
  std::string names_file;
  bool one_per_line = false;
};

/// Reads `75` or `75-149`, the slots that a row of the map shows.
SlotRange read_slots(const std::string& text) {
  const std::size_t dash = text.find('-');
  const std::string first = text.substr(0, dash);
  const std::string last = dash == std::string::npos ? first : text.substr(dash + 1);
  const auto is_number = [](const std::string& part) {
    return !part.empty() && part.size() < 8 && part.find_first_not_of("0123456789") == part.npos;
  };
  if (is_number(first) && is_number(last) && std::stoul(first) <= std::stoul(last) &&
      std::stoul(last) < kMaxCapacity) {
    return {static_cast<std::uint32_t>(std::stoul(first)),
            static_cast<std::uint32_t>(std::stoul(last))};
  }
  refuse_flag("--slots", text, "a slot, as 75, or a range of them, as 75-149");
}

/// Leaves the hosts that `names` names. Says on stderr which of them are not among the hosts, and
/// returns whether all are.
bool keep_named(HostPageAnswer& page, const std::vector<std::string>& names) {
  std::unordered_set<std::string_view> missing(names.begin(), names.end());
  std::vector<HostRowAnswer> kept;
  for (HostRowAnswer& host : page.hosts) {
    // The name is looked up while the row still holds it.
    if (missing.erase(host.name) > 0) kept.push_back(std::move(host));
  }
  page.hosts = std::move(kept);
  page.total = static_cast<std::uint32_t>(page.hosts.size());
  if (missing.empty()) return true;
  constexpr std::size_t kMost = 8;  // They are enough to see what is wrong with a list.
  std::vector<std::string> told = fold_names({missing.begin(), missing.end()});
  const std::size_t count = told.size();
  told.resize(std::min(count, kMost));
  fmt::print(stderr, "flatline: {} of {} names are not listed: {}{}\n", missing.size(),
             names.size(), join(told, " "), count > kMost ? " ..." : "");
  return false;
}

void print_names(std::vector<std::string> names, bool one_per_line) {
  if (!one_per_line) names = fold_names(std::move(names));
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  print(text);
}

/// Prints names alone, for which no rows need be asked.
int list_names(Session& session, const ListOptions& options, const ListForm& form) {
  std::vector<std::string> names = session.client.names(any_of(options.filters));
  tell_note(session.client.filter_note());
  if (options.one_per_line || form.limit) std::sort(names.begin(), names.end(), natural_less);
  if (form.limit) names.resize(std::min(*form.limit, names.size()));
  print_names(std::move(names), options.one_per_line);
  return 0;
}

int list(Session& session, const ListOptions& options, const ListForm& form) {
  const Output output = session.options.output;
  check_list_form(form, output);
  std::vector<std::string> named;
  if (!options.names_file.empty()) named = read_host_list(options.names_file);
  // Of the past it is told how many have no name any more, which rows know.
  if (output == Output::kNames && named.empty() && form.sort.empty() && !options.slots &&
      !session.client.looks_back()) {
    return list_names(session, options, form);
  }
  HostPageAnswer page =
      session.client.hosts(any_of(options.filters), options.slots.value_or(SlotRange{}));
  tell_note(page.note);
  tell_note(session.client.filter_note());
  const bool all_are_there = named.empty() || keep_named(page, named);
  const bool by_slot = options.slots.has_value();
  arrange(page, form, session, by_slot);
  if (output == Output::kJson) {
    print(to_json(page) + "\n");
  } else if (output == Output::kNames) {
    std::vector<std::string> names;
    for (HostRowAnswer& host : page.hosts) {
      if (!host.name.empty()) names.push_back(std::move(host.name));
    }
    tell_left_out(page.hosts.size() - names.size());
    print_names(std::move(names), options.one_per_line);
  } else {
    print_list(page, form, session, by_slot);
  }
  return all_are_there ? 0 : 1;
}

/// The hosts that the arguments of `show` mean.
std::vector<std::string> shown_hosts(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    throw UsageError(
        "show: give the name of a host, as web-1, web-[01-04] or db-*, or - for stdin");
  }
  const std::vector<std::string> hosts = with_stdin(arguments);
  std::vector<std::string> registered;
  if (std::any_of(hosts.begin(), hosts.end(), is_glob)) {
    registered = session.client.names("");
  }
  std::vector<std::string> chosen = choose_hosts(hosts, registered);
  if (chosen.size() > kShownHosts) {
    throw UsageError(fmt::format("host: {} are more than the {} that one show tells of; see ls",
                                 chosen.size(), kShownHosts));
  }
  return chosen;
}

void show_then(Session& session, const std::string& name) {
  const HostThenAnswer host = session.client.host_then(name);
  print(session.options.output == Output::kJson
            ? to_json(host) + "\n"
            : report_host_then(host, session.colored(), session.columns()));
}

void show_one(Session& session, const HostAnswer& host) {
  print(session.options.output == Output::kJson
            ? to_json(host) + "\n"
            : report_host(host, session.colored(), session.columns()));
}

int show(Session& session, const std::vector<std::string>& arguments) {
  std::vector<std::string> unknown;
  bool is_first = true;
  for (const std::string& name : shown_hosts(session, arguments)) {
    session.client.restart_deadline();
    const bool looks_back = session.client.looks_back();
    const auto host = looks_back ? std::nullopt : session.client.host(name);
    if (!looks_back && !host) {
      unknown.push_back(name);
      continue;
    }
    if (!std::exchange(is_first, false) && session.options.output == Output::kTable) print("\n");
    if (looks_back) {
      show_then(session, name);
    } else {
      show_one(session, *host);
    }
  }
  if (unknown.empty()) return 0;
  throw Failure(fmt::format("{}: no host is registered as {}{}", session.client.api(),
                            join(fold_names(unknown), " "),
                            unknown.size() == 1 ? host_hint(session.client, unknown.front()) : ""));
}

}  // namespace

void require_host_name(const std::string& name) {
  if (!is_host_name(name)) refuse_flag("name", name, kHostNameForm);
}

std::string host_hint(Client& client, const std::string& name) {
  try {
    return did_you_mean(name, client.names_for_hints());
  } catch (const Failure&) {
    return {};  // Who asked is told what went wrong anyway.
  }
}

void tell_case_twins(Client& client, const std::vector<std::string>& folded) {
  constexpr std::size_t kMost = 8;  // They are enough to see what is wrong with a list.
  std::vector<std::string> registered;
  try {
    registered = client.names_for_hints();
  } catch (const Failure&) {
    return;  // It is a hint. What is asked for may be done all the same.
  }
  const CaseTwins twins(registered);
  std::size_t told = 0;
  for (const std::string& text : folded) {
    for (const std::string& name : unfold(text)) {
      const std::string twin = twins.of(name);
      if (twin.empty() || ++told > kMost) continue;
      fmt::print(stderr, "flatline: {} is registered, and {} would be another host\n", twin,
                 to_plain_utf8(name));
    }
  }
}

void tell_note(const std::string& note) {
  if (!note.empty()) fmt::print(stderr, "flatline: {}\n", to_plain_utf8(note));
}

void tell_left_out(std::size_t nameless) {
  if (nameless == 0) return;
  fmt::print(stderr, "flatline: {} host{} left out: {} no longer remembered\n", nameless,
             nameless == 1 ? "" : "s", nameless == 1 ? "its name is" : "their names are");
}

void add_host_verbs(CommandLine& line) {
  const auto listed = std::make_shared<ListOptions>();
  const auto form = std::make_shared<ListForm>();
  Verb& list_verb =
      line.verb("ls", "Hosts, all or by state",
                "  flatline ls\n  flatline ls failing\n  flatline ls silent failing -o names\n"
                "  flatline ls 'down & role=db & zone=eu-*'\n"
                "  flatline ls check:disk 'agent<0.3'\n"
                "  flatline ls --slots 75-149              who stands in a row of the map\n"
                "  flatline ls failing -o wide             with slot, labels and check\n"
                "  flatline ls --columns name,role,check,message --sort role\n"
                "  flatline ls silent --sort -heard --limit 10    silent for longest\n"
                "  flatline ls -o csv > hosts.csv          RFC 4180; no cell is a formula\n"
                "  flatline ls failing --names hosts.txt   which of these fail? - is stdin\n"
                "Columns: name slot state beside labels checks checks_failing heard check\n"
                "message message_age drained_until drained_by drained_why, and labels by\n"
                "their keys: role, or label:role. In CSV times are seconds.\n" +
                    std::string(kFilterHelp));
  list_verb
      .prints({{"table", Output::kTable},
               {"wide", Output::kWide},
               {"csv", Output::kCsv},
               {"json", Output::kJson},
               {"names", Output::kNames}})
      .takes_any("filter", listed->filters, "Which hosts")
      .option(
          "--slots SLOTS", [listed](const std::string& text) { listed->slots = read_slots(text); },
          "Only hosts in these slots, in their order, with their numbers")
      .option("--names FILE", listed->names_file,
              "Only hosts of this file, a name or a range a line")
      .flag("-1,--one-per-line", listed->one_per_line, "With -o names: not folded")
      .may_look_back()
      .runs([listed, form](Session& session) { return list(session, *listed, *form); });
  add_list_form(list_verb, form);

  const auto shown = std::make_shared<std::vector<std::string>>();
  line.verb("show", "Everything about one host, or a few",
            "  flatline show web-1\n  flatline show web-1 -o json\n"
            "  flatline show 'r[1-2]-n[01-04]' 'db-*'\n"
            "  flatline ls failing -o names | flatline show -     names from stdin\n"
            "  flatline at -15m show web-1              as it was: state, and the worst check")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .takes_any("name", *shown, "The host, web-[01-04], db-*, - (from stdin)")
      .may_look_back()
      .runs([shown](Session& session) { return show(session, *shown); });
}

}  // namespace flatline::cli
