#pragma once

// A check that may block in the kernel, such as on a disk of a dead NFS server. It has a thread of
// its own, so that it holds up neither the loop nor the resolver nor another check. While a run is
// stuck no other begins; the thread is left to itself when the check goes, and ends with the
// process at the latest.

#include <functional>
#include <memory>
#include <optional>

#include "agent/checks/check.h"
#include "agent/handles.h"
#include "schema/time.h"

namespace flatline {

class BlockingCheck : public Check {
 public:
  /// Runs on the check's thread and may outlive the check: holds all that it needs by value.
  using Job = std::function<CheckResult()>;

  explicit BlockingCheck(Job job);
  ~BlockingCheck() override;

  void start(uv_loop_s& loop, Done done) override;
  void abandon() override;

 private:
  struct Shared;

  static void on_wake(uv_async_s* async);
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  HandlePointer<uv_async_s> async_;  ///< From the first run on.
  Done done_;                        ///< Of the run in flight; empty if it was abandoned.
  std::optional<Instant> busy_since_;
};

}  // namespace flatline
