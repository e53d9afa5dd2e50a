// The verbs ls and show: hosts one by one.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/hints.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct ListOptions {
  std::vector<std::string> filters;
  std::optional<SlotRange> slots;
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

int list(Session& session, const ListOptions& options) {
  const HostPageAnswer page =
      session.client.hosts(any_of(options.filters), options.slots.value_or(SlotRange{}));
  tell_note(page.note);
  if (session.options.output == Output::kJson) {
    print(to_json(page) + "\n");
    return 0;
  }
  if (session.options.output == Output::kTable) {
    const bool by_slot = options.slots.has_value();
    print(session.client.looks_back()
              ? report_states(page, session.colored(), session.columns(), by_slot)
              : report_hosts(page, session.colored(), session.columns(), by_slot));
    return 0;
  }
  std::vector<std::string> names;
  for (const HostRowAnswer& host : page.hosts) {
    if (!host.name.empty()) names.push_back(host.name);
  }
  tell_left_out(page.hosts.size() - names.size());
  if (options.one_per_line) {
    std::sort(names.begin(), names.end(), natural_less);
  } else {
    names = fold_names(std::move(names));
  }
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  print(text);
  return 0;
}

int show(Session& session, const std::string& name) {
  require_host_name(name);
  const auto host = session.client.host(name);
  if (!host) {
    throw Failure(fmt::format("{}: no host is registered as {}{}", session.client.api(), name,
                              host_hint(session.client, name)));
  }
  print(session.options.output == Output::kJson
            ? to_json(*host) + "\n"
            : report_host(*host, session.colored(), session.columns()));
  return 0;
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
  line.verb("ls", "Hosts, all or by state",
            "  flatline ls\n  flatline ls failing\n  flatline ls silent failing -o names\n"
            "  flatline ls 'down & role=db & zone=eu-*'\n"
            "  flatline ls check:disk 'agent<0.3'\n"
            "  flatline ls --slots 75-149              who stands in a row of the map\n" +
                std::string(kFilterHelp))
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .takes_any("filter", listed->filters, "Which hosts")
      .option(
          "--slots", [listed](const std::string& text) { listed->slots = read_slots(text); },
          "Only hosts in these slots, in their order, with their numbers")
      .flag("-1,--one-per-line", listed->one_per_line, "With -o names: not folded")
      .may_look_back()
      .runs([listed](Session& session) { return list(session, *listed); });

  const auto name = std::make_shared<std::string>();
  line.verb("show", "Everything about one host",
            "  flatline show web-1\n  flatline show web-1 -o json")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .takes("name", *name, "The host")
      .runs([name](Session& session) { return show(session, *name); });
}

}  // namespace flatline::cli
