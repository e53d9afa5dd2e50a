#pragma once

// Ranges and thresholds as monitoring plugins write them (Monitoring Plugins Development
// Guidelines, "Threshold and ranges"). Pure.

#include <limits>
#include <optional>
#include <string_view>

#include "schema/wire/check.h"

namespace flatline {

/// What parse_range takes, for error messages.
inline constexpr std::string_view kRangeForm = "10, 10:, ~:10, 10:20 or @10:20";

/// Good values are `low` to `high`, both included; with `inverted`, all others are.
struct Range {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool inverted = false;

  [[nodiscard]] bool alerts(double value) const;
  bool operator==(const Range&) const = default;
};

/// Reads one range: `10` (0 to 10), `10:` (10 or more), `~:10` (10 or less), `10:20`, and with `@`
/// the outside of each. Nothing for anything else, such as a low above the high.
std::optional<Range> parse_range(std::string_view text);

struct Thresholds {
  std::optional<Range> warning;
  std::optional<Range> critical;

  /// kCritical, kWarning or kOk: the worst whose range alerts.
  [[nodiscard]] CheckState judge(double value) const;
};

/// The worse of two states, in the plugins' order: OK, WARNING, UNKNOWN, CRITICAL.
CheckState worse(CheckState a, CheckState b);

}  // namespace flatline
