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

/// Values from `low` to `high`, both included, are good. With `inverted`, all others are good.
struct Range {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool inverted = false;

  [[nodiscard]] bool alerts(double value) const;
  bool operator==(const Range&) const = default;
};

/// Reads one range of good values: `10` (0 to 10), `10:` (10 or more), `~:10` (10 or less),
/// `10:20`, and each with `@` for the values outside. Returns nothing for anything else, such as a
/// low above the high.
std::optional<Range> parse_range(std::string_view text);

struct Thresholds {
  std::optional<Range> warning;
  std::optional<Range> critical;

  /// Returns kCritical if the critical range alerts, else kWarning if that one does, else kOk.
  [[nodiscard]] CheckState judge(double value) const;
};

/// The worse of two states, in the plugins' order: OK, WARNING, UNKNOWN, CRITICAL.
CheckState worse(CheckState a, CheckState b);

}  // namespace flatline
