#pragma once

// The interface that every kind of check has for the runner. A check lives on the loop's thread and
// has at most one run at a time. The runner decides when it runs and for how long, and the reporter
// what its results come to. There is one for each [[check]] of the configuration, owned by the
// runner.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/core/message.h"
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

  /// Says how long a run may take. The runner does so before the first one.
  void set_timeout(Milliseconds timeout) { timeout_ = timeout; }

  /// Begins a run; none must be in flight. Calls `done` once, in this call or later from the loop,
  /// unless the run is abandoned first. The result of a run that cannot begin is not OK and says
  /// why; the runner makes one of what is thrown here. Never blocks.
  virtual void start(uv_loop_s& loop, Done done) = 0;

  /// Gives up the run in flight and ends what it began, as far as the system lets it. `done` is not
  /// called any more.
  virtual void abandon() = 0;

  /// The check's state when a run does not end in time.
  [[nodiscard]] virtual CheckState timeout_state() const { return CheckState::kUnknown; }

  /// Whether it runs another program.
  [[nodiscard]] virtual bool is_plugin() const { return false; }

  /// What the run in flight has said or met so far, which is told when it does not end in time.
  [[nodiscard]] virtual std::string said() const { return {}; }

  /// The result of the run in flight if it does not end in time.
  [[nodiscard]] CheckResult timed_out() const;

 protected:
  [[nodiscard]] Milliseconds timeout() const { return timeout_; }

 private:
  Milliseconds timeout_{kDefaultCheckTimeout};
};

/// A check that takes microseconds and cannot block, so that its run is over when start() returns.
class InstantCheck : public Check {
 public:
  void start(uv_loop_s& /*loop*/, Done done) final { done(measure()); }
  void abandon() final {}

 private:
  virtual CheckResult measure() = 0;
};

/// An UNKNOWN result without a value, for a check that could not look.
inline CheckResult unknown_result(std::string_view reason) {
  return {CheckState::kUnknown, kNoValue, message_of(reason)};
}

}  // namespace flatline
