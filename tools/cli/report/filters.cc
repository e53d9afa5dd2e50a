#include "tools/cli/report/filters.h"

#include <fmt/core.h>

#include "schema/answers/planes.h"
#include "schema/program/did_you_mean.h"
#include "schema/wire/text.h"

namespace flatline::cli {

bool looks_like_filter(std::string_view argument) {
  return argument.find_first_of("=<>&|!():") != std::string_view::npos;
}

bool is_filter_word(std::string_view text) {
  const std::string low = to_lower(text);
  return low == "all" || low == "down" || find_name(kPlaneNames, low) ||
         find_name(kHostStateNames, low);
}

std::string any_of(const std::vector<std::string>& filters) {
  if (filters.size() < 2) return filters.empty() ? "" : filters.front();
  return fmt::format("({})", join(filters, ") | ("));
}

std::string both_of(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return one + other;
  return fmt::format("({}) & ({})", one, other);
}

}  // namespace flatline::cli
