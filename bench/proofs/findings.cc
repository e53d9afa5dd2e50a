#include "bench/proofs/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/proofs/report_files.h"

namespace flatline::bench {

std::string format_findings(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const char* verdict = finding.is_left_out ? "left out" : finding.holds ? "holds" : "BROKEN";
    text += fmt::format("{:>8}  {}\n", verdict, finding.text);
  }
  return text;
}

std::string findings_json(const std::vector<Finding>& findings) {
  std::vector<std::string> items;
  for (const Finding& finding : findings) {
    items.push_back(fmt::format("{{\"holds\":{},\"text\":{}}}",
                                finding.is_left_out ? "null"
                                : finding.holds     ? "true"
                                                    : "false",
                                quoted(finding.text)));
  }
  return fmt::format("{}", fmt::join(items, ",\n "));
}

int conclude(const std::vector<Finding>& findings) {
  const auto left_out = std::count_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return finding.is_left_out; });
  const auto holding = std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.holds && !finding.is_left_out;
  });
  const auto broken = std::ssize(findings) - holding - left_out;
  fmt::print("{} bounds hold, {} are broken{}\n", holding, broken,
             left_out > 0 ? fmt::format(", {} left out", left_out) : "");
  return broken == 0 ? 0 : 1;
}

}  // namespace flatline::bench
