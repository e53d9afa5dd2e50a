#pragma once

// The reporter holds the last result of each check, and turns all of them into one snapshot
// whenever it is asked. It is pure: it is handed the results and the time, and it sends nothing,
// runs nothing and reads no clock. The agent and the simulated fleet use the same one.

#include <cstdint>
#include <string>
#include <vector>

#include "schema/wire/snapshot.h"

namespace flatline {

/// How a check is judged. What it watches is not the reporter's business.
struct CheckPlan {
  CheckName name;
  /// The check is UNKNOWN when its last result is older than kResultPeriods periods.
  Duration period{kDefaultCheckPeriod};
  unsigned fail_after = 1;     ///< So many failing results in a row make a check fail.
  unsigned recover_after = 1;  ///< So many results in a row that do not fail end that.
  /// Is equal for two checks of which all that was configured is equal; 0 is equal to none.
  std::uint64_t fingerprint = 0;
};

/// One result of one check, whose `state` is kOk, kWarning, kCritical or kUnknown.
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
  /// Takes at most kChecks plans, no two with the same name. All checks are PENDING from `start`
  /// on, and a check without a first result becomes UNKNOWN kResultPeriods periods later.
  Reporter(const ReporterOptions& options, const std::vector<CheckPlan>& plans, Instant start);

  /// Takes a result of check `index`, whose run ended at `now`. The first result decides the state
  /// at once. So does every later one on the same side of what is published: CRITICAL and UNKNOWN
  /// fail, OK and WARNING do not. To the other side it takes fail_after or recover_after results in
  /// a row, whichever states these are, and the last of them shows. Control characters are removed
  /// from the message, and so is a value that is not finite.
  void take(std::size_t index, const CheckResult& result, Instant now);

  /// Takes from `before`, whose place this reporter takes at a reload, what it knows of the checks
  /// that are the same in both. With the same configuration hash the pages go on, too; with another
  /// one, collectors forget what they were told, and it is told again.
  void take_over(const Reporter& before);

  /// Counts nothing as told: a new epoch has begun, in which collectors have forgotten what they were
  /// told in the one before.
  void tell_anew();

  /// From now on, snapshots say `leaving`.
  void leave() { leaving_ = true; }

  /// Returns everything known at `now`, with the next detail page. The pages of even snapshots go
  /// round robin over all checks. Those of odd snapshots go over the checks that are not OK, and
  /// first over news: checks whose state no page has told yet. While there is news, every second
  /// even page tells it, too. So k failures at once are told within k + ceil(k / 3) intervals, the
  /// first within two, and each of n checks has its page at least once in 4n. PENDING counts as OK
  /// here, because it is no failure. When all checks are OK, odd pages go over all of them, half a
  /// round apart from the even ones. A time that the contract has no room for is said as the
  /// nearest one that it has. Allocates nothing.
  Snapshot report(Instant now, WallTime wall, Milliseconds uptime);

  [[nodiscard]] std::size_t check_count() const { return checks_.size(); }

 private:
  struct Check {
    CheckPlan plan;
    CheckState state = CheckState::kPending;  ///< After fail_after and recover_after.
    CheckResult last;
    CheckState told = CheckState::kNone;  ///< The state that its last page told.
    Instant since;                        ///< When its last result came, or the start before one.
    bool has_result = false;
    unsigned against = 0;  ///< How many results in a row speak for another state.
  };

  [[nodiscard]] static bool is_stale(const Check& check, Instant now);
  [[nodiscard]] static CheckState state_at(const Check& check, Instant now);
  [[nodiscard]] DetailPage page_of(std::size_t index, Instant now) const;
  /// The first check from `next_odd_` on that is not OK and, if `only_news`, told by no page in its
  /// state. Without one: the number of checks.
  [[nodiscard]] std::size_t find_not_ok(const Snapshot& snapshot, bool only_news) const;
  std::size_t next_page(const Snapshot& snapshot);
  ReporterOptions options_;
  std::vector<Check> checks_;
  std::uint64_t reports_ = 0;
  std::size_t next_even_ = 0;
  std::size_t next_odd_ = 0;
  bool gave_way_ = true;  ///< The last even page told news instead of the check in turn.
  bool leaving_ = false;
};

}  // namespace flatline
