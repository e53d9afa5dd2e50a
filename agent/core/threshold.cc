#include "agent/core/threshold.h"

#include <charconv>
#include <cmath>

namespace flatline {
namespace {

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

bool Range::alerts(double value) const {
  const bool inside = value >= low && value <= high;
  return inside == inverted;
}

std::optional<Range> parse_range(std::string_view text) {
  Range range;
  if (text.starts_with('@')) {
    range.inverted = true;
    text.remove_prefix(1);
  }
  std::string_view high = text;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view low = text.substr(0, colon);
    const auto number = low == "~" ? -std::numeric_limits<double>::infinity() : parse_number(low);
    if (!number) return std::nullopt;
    range.low = *number;
    high = text.substr(colon + 1);
    if (high.empty()) return range;
  }
  const auto number = parse_number(high);
  if (!number || *number < range.low) return std::nullopt;
  range.high = *number;
  return range;
}

CheckState Thresholds::judge(double value) const {
  if (critical && critical->alerts(value)) return CheckState::kCritical;
  if (warning && warning->alerts(value)) return CheckState::kWarning;
  return CheckState::kOk;
}

CheckState worse(CheckState a, CheckState b) {
  return badness(b) > badness(a) ? b : a;
}

}  // namespace flatline
