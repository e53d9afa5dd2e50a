#pragma once

// What a host has to say: holds the last result of each check and turns them into one snapshot
// whenever it is asked. Pure: handed results and the time; sends nothing, runs nothing, reads no
// clock. The agent and the simulated fleet use the same one.

#include <cstdint>
#include <string>
#include <vector>

#include "schema/wire/snapshot.h"

namespace flatline {

/// How a check is judged; what it watches is its runner's business.
struct CheckPlan {
  CheckName name;
  Duration period{
      kDefaultCheckPeriod};    ///< A result older than kResultPeriods of these is UNKNOWN.
  unsigned fail_after = 1;     ///< Results not OK in a row that change an OK state.
  unsigned recover_after = 1;  ///< Results OK in a row that change it back.
};

/// One result of one check. `state` is kOk, kWarning, kCritical or kUnknown.
struct CheckResult {
  CheckState state = CheckState::kUnknown;
  float value = kNoValue;
  Message message;
};

struct ReporterOptions {
  HostName name;
  Labels labels;
  Milliseconds interval{kDefaultInterval};
  std::uint32_t agent_version = 0;
  std::uint64_t config_hash = 0;
};

class Reporter {
 public:
  /// At most kChecks plans, with names of their own. `start` is when waiting for first results
  /// begins: all are PENDING.
  Reporter(const ReporterOptions& options, std::vector<CheckPlan> plans, Instant start);

  /// Takes a result of check `index`, which ended at `now`. The first one decides the state at
  /// once, whatever fail_after is, and so does a change between two states not OK. Control
  /// characters of the message and values that are not finite are removed.
  void take(std::size_t index, const CheckResult& result, Instant now);

  /// From now on, snapshots say `leaving`.
  void leave() { leaving_ = true; }

  /// Everything known at `now`, with the next detail page. Even snapshots go round robin over all
  /// checks; odd ones over those not OK alone, first those whose state no page has told yet, so
  /// that a failure's message is out within two intervals. PENDING is no failure: it counts as OK
  /// here. Odd ones go over all checks if all are OK, half a round apart from the even ones.
  /// Allocates nothing.
  Snapshot report(Instant now, WallTime wall, Milliseconds uptime);

  [[nodiscard]] std::size_t check_count() const { return checks_.size(); }

 private:
  struct Check {
    CheckPlan plan;
    CheckState state = CheckState::kPending;  ///< After fail_after and recover_after.
    CheckResult last;
    CheckState told = CheckState::kNone;  ///< On the last page about it.
    Instant since;                        ///< Of the last result; of the start before one.
    bool has_result = false;
    unsigned against = 0;  ///< Results in a row that speak for another state.
  };

  [[nodiscard]] static bool is_stale(const Check& check, Instant now);
  [[nodiscard]] static CheckState state_at(const Check& check, Instant now);
  [[nodiscard]] DetailPage page_of(std::size_t index, Instant now) const;
  std::size_t next_page(const Snapshot& snapshot);

  ReporterOptions options_;
  std::vector<Check> checks_;
  std::uint64_t reports_ = 0;
  std::size_t next_even_ = 0;
  std::size_t next_odd_ = 0;
  bool leaving_ = false;
};

}  // namespace flatline
