#pragma once

// The face that every kind of check has for the runner. A check lives on the loop's thread and runs
// at most once at a time; when it runs, how long, and what its results come to is the runner's and
// the reporter's business. The agent owns one for each [[check]] of its configuration.

#include <functional>
#include <memory>
#include <string_view>

#include "agent/core/reporter.h"

struct uv_loop_s;

namespace flatline {

class Check {
 public:
  using Done = std::function<void(const CheckResult&)>;

  Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  /// Abandons a run in flight.
  virtual ~Check() = default;

  /// Begins a run; none is in flight. Calls `done` once, in this call or later from the loop,
  /// unless the run is abandoned first. What could not begin is UNKNOWN with the reason. Never
  /// blocks.
  virtual void start(uv_loop_s& loop, Done done) = 0;

  /// Gives up the run in flight and ends whatever it began. `done` will not be called.
  virtual void abandon() = 0;

  /// What it means that a run did not end in time.
  [[nodiscard]] virtual CheckState timeout_state() const { return CheckState::kUnknown; }
};

/// A check that takes microseconds and cannot block: it is over when start() returns.
class InstantCheck : public Check {
 public:
  void start(uv_loop_s& /*loop*/, Done done) final { done(measure()); }
  void abandon() final {}

 private:
  virtual CheckResult measure() = 0;
};

/// A result without a value.
inline CheckResult unknown_result(std::string_view reason) {
  return {CheckState::kUnknown, kNoValue, Message{reason}};
}

}  // namespace flatline
