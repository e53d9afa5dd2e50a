#pragma once

// Questions that end-to-end tests ask a running collector by the real command line, and the truth
// of the simulated fleet to compare the answers with. If a question fails, the test fails.

#include <chrono>
#include <map>
#include <set>
#include <string>

#include "schema/answers/view_answers.h"
#include "tests/harness/programs.h"

namespace flatline::test {

using Names = std::set<std::string>;

SummaryAnswer status(const RunningCollector& collector);

/// Returns every registered host, by `flatline ls`.
HostPageAnswer hosts(const RunningCollector& collector);
std::map<std::string, std::uint32_t> slots(const RunningCollector& collector);

/// Fails the test if `deadline` has passed.
void require_before(std::chrono::steady_clock::time_point deadline);

/// The status, ten times a second: one `flatline watch` instead of a process
/// for each answer, whose starts would take most of a test's processor time.
class StatusLines {
 public:
  explicit StatusLines(const RunningCollector& collector);
  /// Waits for the next. Fails the test if none comes.
  SummaryAnswer next();

 private:
  ChildProcess watch_;
};

/// Reads the status until `reached` holds for it.
template <typename Reached>
SummaryAnswer await_status(const RunningCollector& collector, Reached reached) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (StatusLines lines(collector);;) {
    SummaryAnswer summary = lines.next();
    if (reached(summary)) return summary;
    require_before(deadline);
  }
}

/// Reads the simulated fleet's truth file: each host's last state.
std::map<std::string, std::string> read_truth(const std::filesystem::path& path);
Names in_state(const std::map<std::string, std::string>& truth, const std::string& state);

/// Reads the simulated fleet's lines until it says that the phase at `time` began.
void await_phase(ChildProcess& sim, const std::string& time);

}  // namespace flatline::test
