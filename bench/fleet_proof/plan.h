#pragma once

// What the proof puts a fleet through, and at which pace.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/time.h"

namespace flatline::bench {

/// A phase, in the simulated fleet's words.
struct PhasePlan {
  std::string name;   ///< For people.
  std::string verbs;  ///< For the scenario.
  bool flooded = false;
  double failing = 0;  ///< Shares of the enrolled hosts at the phase's end,
  double silent = 0;   ///< which the collector must show; below 0: whatever it shows.

  /// Nothing happens: what such phases differ by is noise.
  [[nodiscard]] bool is_calm() const { return !flooded && failing == 0 && silent == 0; }
};

/// One run: a fresh collector, and so many hosts.
struct SharePlan {
  unsigned percent = 100;  ///< Of the capacity that is enrolled.
  std::vector<PhasePlan> phases;
};

struct Plan {
  std::uint32_t capacity = 0;
  Milliseconds interval{1000};
  Milliseconds tick{1000};
  Milliseconds phase{20'000};
  std::vector<SharePlan> shares;
  std::optional<SharePlan> system_calls;  ///< A run more, in which they are counted.
  std::filesystem::path report;           ///< Empty: none is written.
  double cpu_tolerance = 0.25;            ///< Beyond what the healthy phases differ by.

  [[nodiscard]] std::uint32_t hosts(const SharePlan& share) const {
    return std::max<std::uint32_t>(
        1, static_cast<std::uint32_t>(std::uint64_t{capacity} * share.percent / 100));
  }
  /// Until all are registered, of whom each tick takes a bounded number, and have spoken.
  [[nodiscard]] Milliseconds warm_up(const SharePlan& share) const;
};

/// Nothing: help was asked for and is printed. Throws UsageError.
std::optional<Plan> parse_plan(int argc, const char* const* argv);

}  // namespace flatline::bench
