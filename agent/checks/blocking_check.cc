#include "agent/checks/blocking_check.h"

#include <fmt/core.h>

#include <exception>
#include <utility>

#include "schema/program/clock.h"
#include "schema/program/duration.h"

namespace flatline {

CheckResult BlockingCheck::result_of(const Job& job) {
  try {
    return job();
  } catch (const std::exception& error) {
    return unknown_result(error.what());
  }
}

void BlockingCheck::start(uv_loop_s& loop, Done done) {
  const Instant now = monotonic_now();
  if (worker_.busy()) {
    const auto stuck = std::chrono::floor<std::chrono::seconds>(now - busy_since_);
    return done(
        {timeout_state(), kNoValue,
         message_of(fmt::format("no answer from the system for {}", format_duration(stuck)))});
  }
  try {
    worker_.start(loop, [this, job = job_]() -> Worker::Finish {
      return [this, result = result_of(job)] { finish(result); };
    });
  } catch (const std::exception& error) {
    return done(unknown_result(error.what()));
  }
  busy_since_ = now;
  done_ = std::move(done);
}

void BlockingCheck::abandon() {
  done_ = nullptr;
}

void BlockingCheck::finish(const CheckResult& result) {
  if (const Done done = std::exchange(done_, nullptr)) done(result);
}

}  // namespace flatline
