#pragma once

// The epoch of a running agent. core/epochs.h decides when a new one begins and what may be sent
// meanwhile; this stores the new one on a worker of its own, because a disk may hang, and tells the
// log. The agent owns the keeper, which lives on the loop's thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "agent/core/epochs.h"
#include "agent/loop/worker.h"

namespace flatline {

class EpochKeeper {
 public:
  /// Borrows the loop. `epoch` begins now; where the disk did not take it (`is_stored`), that is
  /// tried again every kEpochRetryPeriod, as with each later one. `go_on` is called from the loop
  /// when a snapshot that may_send() kept back can be sent.
  EpochKeeper(uv_loop_s& loop, std::filesystem::path folder, std::uint64_t epoch, bool is_stored,
              std::function<void()> go_on);

  /// Is asked before each snapshot, with what the clocks say. If it is false, that snapshot waits
  /// for `go_on`, or for the next one. Throws nothing.
  [[nodiscard]] bool may_send(WallTime wall, Milliseconds uptime);

  /// The epoch that a snapshot goes out under.
  [[nodiscard]] std::uint64_t epoch() const { return epochs_.epoch(); }

 private:
  struct Answer {
    std::uint64_t epoch = 0;
    std::string error;  ///< Empty if the epoch was stored.
  };

  static Answer store_in(const std::filesystem::path& folder, std::uint64_t epoch);
  void store();
  void store_again(Milliseconds uptime);
  void finish(std::uint64_t asked, const Answer& answer);
  void warn_not_stored(const char* why);

  uv_loop_s& loop_;
  std::filesystem::path folder_;
  Epochs epochs_;
  std::function<void()> go_on_;
  bool has_warned_ = false;  ///< Whether the log was told since an epoch was last stored.
  bool is_stored_ = true;
  Milliseconds asked_at_;  ///< The uptime when the disk was last asked to store it.
  Worker worker_;
};

}  // namespace flatline
