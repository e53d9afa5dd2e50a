// The verbs ls and show: hosts one by one.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct ListOptions {
  std::vector<std::string> filters;
  bool one_per_line = false;
};

int list(Session& session, const ListOptions& options) {
  const std::string filter = options.filters.size() == 1 ? options.filters.front()
                             : options.filters.empty()
                                 ? ""
                                 : fmt::format("({})", join(options.filters, ") | ("));
  const HostPageAnswer page = session.client.hosts(filter);
  if (session.options.output == Output::kJson) {
    print(to_json(page) + "\n");
    return 0;
  }
  if (session.options.output == Output::kTable) {
    print(session.client.looks_back() ? report_states(page, session.colored())
                                      : report_hosts(page, session.colored()));
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
    throw Failure(fmt::format("{}: no host is registered as {}", session.client.api(), name));
  }
  print(session.options.output == Output::kJson ? to_json(*host) + "\n"
                                                : report_host(*host, session.colored()));
  return 0;
}

}  // namespace

void require_host_name(const std::string& name) {
  if (!is_host_name(name)) refuse_flag("name", name, kHostNameForm);
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
            "  flatline ls 'failing & !drained'\n"
            "Words: all healthy failing silent unknown expected missing warning drained flapping\n"
            "conflict registered known reporting awaited; & | ! ( ). Several filters: hosts that "
            "match any.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .takes_any("filter", listed->filters, "Which hosts")
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
