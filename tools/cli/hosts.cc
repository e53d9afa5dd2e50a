// ls and show: hosts one by one.

#include <fmt/format.h>

#include <algorithm>

#include "schema/error.h"
#include "schema/view_json.h"
#include "tools/cli/names.h"
#include "tools/cli/report.h"
#include "tools/cli/verbs.h"

namespace flatline::cli {

int list(Session& session) {
  const Options& options = session.options;
  const std::string filter = options.filters.size() == 1 ? options.filters.front()
                             : options.filters.empty()
                                 ? ""
                                 : fmt::format("({})", fmt::join(options.filters, ") | ("));
  const HostPageAnswer page = session.client.hosts(filter);
  if (options.output == Output::kJson) {
    print(to_json(page) + "\n");
    return 0;
  }
  if (options.output == Output::kTable) {
    print(report_hosts(page, session.colored()));
    return 0;
  }
  std::vector<std::string> names;
  for (const HostRowAnswer& host : page.hosts) names.push_back(host.name);
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

int show(Session& session) {
  const auto host = session.client.host(session.options.host);
  if (!host) {
    throw Failure(
        fmt::format("{}: no host is registered as {}", session.client.api(), session.options.host));
  }
  print(session.options.output == Output::kJson ? to_json(*host) + "\n"
                                                : report_host(*host, session.colored()));
  return 0;
}

}  // namespace flatline::cli
