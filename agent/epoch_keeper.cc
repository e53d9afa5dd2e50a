#include "agent/epoch_keeper.h"

#include <exception>
#include <utility>

#include "agent/state_folder.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/log.h"
#include "schema/wire/identity.h"

namespace flatline {

EpochKeeper::EpochKeeper(uv_loop_s& loop, std::filesystem::path folder, std::uint64_t epoch,
                         bool is_stored, std::function<void()> go_on)
    : loop_(loop),
      folder_(std::move(folder)),
      epochs_(epoch, wall_now(), uptime_now(), random_epoch_bits),
      go_on_(std::move(go_on)),
      has_warned_(!is_stored),
      is_stored_(is_stored),
      asked_at_(uptime_now()) {}

bool EpochKeeper::may_send(WallTime wall, Milliseconds uptime) {
  switch (epochs_.take_turn(wall, uptime)) {
    case Epochs::Turn::kSend:
      store_again(uptime);
      return true;
    case Epochs::Turn::kStore:
      log_info(
          "a new epoch: the wall clock ran more than {} ahead of uptime, so this machine was "
          "paused or put back, or its clock was set",
          format_duration(kClockAhead));
      is_stored_ = false;
      asked_at_ = uptime;
      // A disk that hung at the epoch before has not answered yet. When it does, finish() goes on.
      if (!worker_.busy()) store();
      return epochs_.epoch() == epochs_.wanted();
    case Epochs::Turn::kNotStored:
      warn_not_stored("the disk does not answer");
      return true;
    case Epochs::Turn::kNoneLeft:
      if (!std::exchange(has_warned_, true)) {
        log_warning("no new epoch: none follows the one in use or the clock; set the clock");
      }
      return true;
  }
  return true;
}

/// Runs on the worker's thread.
EpochKeeper::Answer EpochKeeper::store_in(const std::filesystem::path& folder,
                                          std::uint64_t epoch) {
  try {
    return {StateFolder::store_epoch(folder, epoch), {}};
  } catch (const std::exception& error) {
    return {0, error.what()};
  }
}

/// Asks the disk once more for an epoch that it did not take.
void EpochKeeper::store_again(Milliseconds uptime) {
  if (is_stored_ || worker_.busy() || uptime - asked_at_ < kEpochRetryPeriod) return;
  asked_at_ = uptime;
  store();
}

void EpochKeeper::store() {
  const std::uint64_t asked = epochs_.wanted();
  try {
    worker_.start(loop_, [this, folder = folder_, asked]() -> Worker::Finish {
      return [this, asked, answer = store_in(folder, asked)] { finish(asked, answer); };
    });
  } catch (const std::exception& error) {
    epochs_.go_on_without();
    warn_not_stored(error.what());
  }
}

void EpochKeeper::finish(std::uint64_t asked, const Answer& answer) {
  // The clocks may have asked for another epoch since, and that one is to be stored, too.
  if (asked != epochs_.wanted()) return store();
  const bool has_waited = epochs_.epoch() != epochs_.wanted();
  if (answer.error.empty()) {
    epochs_.take_stored(answer.epoch);
    is_stored_ = true;
    if (std::exchange(has_warned_, false)) log_info("the epoch is stored: the disk is well again");
  } else {
    epochs_.go_on_without();
    warn_not_stored(answer.error.c_str());
  }
  if (has_waited) go_on_();
}

void EpochKeeper::warn_not_stored(const char* why) {
  if (std::exchange(has_warned_, true)) return;
  log_warning(
      "the new epoch is not stored: {}; the agent goes on, and its next start relies on the clock",
      why);
}

}  // namespace flatline
