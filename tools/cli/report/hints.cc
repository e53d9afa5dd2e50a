#include "tools/cli/report/hints.h"

#include <algorithm>

namespace flatline::cli {

CaseTwins::CaseTwins(const std::vector<std::string>& names) {
  for (const std::string& name : names) by_lower_[to_lower(name)].push_back(name);
}

std::string CaseTwins::of(const std::string& name) const {
  const auto found = by_lower_.find(to_lower(name));
  if (found == by_lower_.end()) return {};
  const auto& names = found->second;
  return std::find(names.begin(), names.end(), name) == names.end() ? names.front() : "";
}

}  // namespace flatline::cli
