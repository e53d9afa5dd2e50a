#pragma once

// What the proof puts a fleet through, and at which pace.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/limits.h"
#include "schema/program/flags.h"
#include "schema/time.h"

namespace flatline::bench {

/// By how much a phase's processor time may exceed that of the dearest healthy one. On a shared
/// machine healthy phases of ten ticks were seen to differ by 11 to 35 %, and the few of a run do
/// not always show what neighbours add. This is for a median of kSureSamples ticks.
inline constexpr double kCpuTolerance = 0.1;
/// With --quick a neighbour's single burst lasts as long as a phase.
inline constexpr double kQuickCpuTolerance = 0.2;
/// Medians of fewer are less sure, by the square root; of fewer than the second, nothing is said.
inline constexpr std::size_t kSureSamples = 20;
inline constexpr std::size_t kFewestSamples = 4;

/// A phase, in the simulated fleet's words.
struct PhasePlan {
  std::string name;   ///< For people.
  std::string verbs;  ///< For the scenario.
  /// Shares of the enrolled hosts that the collector must show: failing and silent at the phase's
  /// end, flapping from tick to tick.
  double failing = 0;
  double silent = 0;
  double flapping = 0;
  bool flooded = false;

  /// Nothing happens: what such phases differ by is noise.
  [[nodiscard]] bool is_calm() const {
    return !flooded && failing == 0 && silent == 0 && flapping == 0;
  }
};

/// One run: a fresh collector, and so many hosts.
struct SharePlan {
  unsigned percent = 100;  ///< Of the hosts.
  std::vector<PhasePlan> phases;

  /// For people: `50 % enrolled`.
  [[nodiscard]] std::string name() const { return std::to_string(percent) + " % enrolled"; }
};

struct Plan {
  std::uint32_t capacity = 0;
  std::uint32_t hosts = 0;  ///< Where all are enrolled: the capacity, but for its last word.
  Milliseconds interval{1000};
  Milliseconds tick{1000};
  Milliseconds phase{20'000};
  std::vector<SharePlan> shares;
  std::optional<SharePlan> system_calls;  ///< A run more, in which they are counted.
  double cpu_tolerance = kCpuTolerance;   ///< Beyond the dearest healthy phase.

  [[nodiscard]] std::uint32_t enrolled(const SharePlan& share) const;
  /// How often the collector checkpoints: at least once in every phase.
  [[nodiscard]] Milliseconds checkpoint() const;
  /// Where system calls are counted, which are those of whole phases: as often in each of them.
  [[nodiscard]] Milliseconds even_checkpoint() const;
  /// Until all are registered, of whom each tick takes a bounded number, and have spoken.
  [[nodiscard]] Milliseconds warm_up(const SharePlan& share) const;
};

/// The command line's part of a plan.
struct PlanFlags {
  std::uint32_t hosts = kDefaultCapacity;
  std::string enrolled = "1,50,100";
  Milliseconds phase{0};            ///< 0: the usual length.
  std::uint32_t cpu_tolerance = 0;  ///< Percent; 0: the usual one.
  bool few = false;
  bool quick = false;
  bool system_calls = false;

  void declare(ProgramFlags& flags);
  /// Throws UsageError.
  [[nodiscard]] Plan plan() const;
};

}  // namespace flatline::bench
