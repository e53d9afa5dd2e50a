#include "bench/stand/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/stand/report_files.h"

namespace flatline::bench {

std::string format_findings(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{:>7}  {}\n", finding.holds ? "holds" : "BROKEN", finding.text);
  }
  return text;
}

std::string findings_json(const std::vector<Finding>& findings) {
  std::vector<std::string> items;
  for (const Finding& finding : findings) {
    items.push_back(
        fmt::format("{{\"holds\":{},\"text\":{}}}", finding.holds, quoted(finding.text)));
  }
  return fmt::format("{}", fmt::join(items, ",\n "));
}

int conclude(const std::vector<Finding>& findings) {
  const auto broken = std::count_if(findings.begin(), findings.end(),
                                    [](const Finding& finding) { return !finding.holds; });
  fmt::print("{} bounds hold, {} are broken\n", std::ssize(findings) - broken, broken);
  return broken == 0 ? 0 : 1;
}

}  // namespace flatline::bench
