#pragma once

// A check that may block in the kernel, such as on a disk of a dead NFS server. It has a worker of
// its own, so that it holds up neither the loop nor a lookup nor another check. While a run is
// stuck, no other begins: each start then only tells for how long it has been stuck.

#include <functional>
#include <utility>

#include "agent/checks/check.h"
#include "agent/loop/worker.h"
#include "schema/time.h"

namespace flatline {

class BlockingCheck : public Check {
 public:
  /// Runs on the worker's thread. It may outlive the check, so it holds all that it needs by value.
  /// What it throws makes the check UNKNOWN.
  using Job = std::function<CheckResult()>;

  explicit BlockingCheck(Job job) : job_(std::move(job)) {}

  void start(uv_loop_s& loop, Done done) override;
  void abandon() override;

 private:
  static CheckResult result_of(const Job& job);
  void finish(const CheckResult& result);

  Job job_;
  Done done_;  ///< Belongs to the run in flight; empty if that was abandoned.
  Instant busy_since_{};
  Worker worker_;
};

}  // namespace flatline
