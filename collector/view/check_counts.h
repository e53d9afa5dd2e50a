#pragma once

// How many hosts have each check in which state: the part of a census that is about checks. Pure
// values, which are published whole (latest.h).

#include <array>
#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/check.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// One check name and how many hosts have the check in each state, by the number of the state. A
/// host that has two checks of one name counts twice.
struct CheckCount {
  CheckName name;
  std::array<std::uint32_t, kCheckStates> hosts{};

  [[nodiscard]] std::uint32_t in(CheckState state) const {
    return hosts[static_cast<std::size_t>(state)];
  }
  [[nodiscard]] std::uint32_t failing() const {
    return in(CheckState::kCritical) + in(CheckState::kUnknown);
  }
  /// In all states but kNone.
  [[nodiscard]] std::uint32_t total() const {
    std::uint32_t sum = 0;
    for (const std::uint32_t count : hosts) sum += count;
    return sum - in(CheckState::kNone);
  }
};

/// What a census counted of the hosts that report. A host that is silent says nothing of its
/// checks.
struct CheckCounts {
  Instant at{};               ///< The tick of the view that was counted.
  std::uint64_t tick = 0;     ///< Its number; 0 before the first census.
  std::uint32_t names = 0;    ///< How many different names there are.
  std::uint32_t counted = 0;  ///< How many of them are counted by name: those in `checks`.
  /// By name, in the order of its bytes.
  std::array<CheckCount, kCountedChecks> checks{};
  /// All others together: names beyond kCountedChecks, and checks whose name has not come or found
  /// no room.
  CheckCount other;
};

}  // namespace flatline
