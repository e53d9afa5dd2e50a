#include "agent/core/epochs.h"

#include <algorithm>

#include "schema/invariant.h"
#include "schema/limits.h"
#include "schema/wire/identity.h"

namespace flatline {

Epochs::Epochs(std::uint64_t epoch, WallTime wall, Milliseconds uptime, RandomBits random_bits)
    : epoch_(epoch),
      wanted_(epoch),
      behind_(wall.time_since_epoch() - uptime),
      behind_at_(uptime),
      random_bits_(random_bits) {}

Epochs::Turn Epochs::take_turn(WallTime wall, Milliseconds uptime) {
  const bool has_waited = wanted_ != epoch_;
  Turn turn = has_waited ? Turn::kNotStored : Turn::kSend;
  if (runs_ahead(wall, uptime)) {
    const auto next = next_epoch(wall, wanted_, random_bits_());
    wanted_ = next.value_or(wanted_);
    // Whoever has waited for an interval does not wait for another, whatever the clocks do.
    if (next && !has_waited) return Turn::kStore;
    if (!next) turn = Turn::kNoneLeft;
  }
  go_on_without();
  return turn;
}

void Epochs::take_stored(std::uint64_t stored) {
  INVARIANT(stored >= wanted_);
  wanted_ = stored;
  epoch_ = stored;
}

void Epochs::go_on_without() {
  epoch_ = wanted_;
}

/// Begins to count anew where it returns true.
bool Epochs::runs_ahead(WallTime wall, Milliseconds uptime) {
  const Milliseconds difference = wall.time_since_epoch() - uptime;
  const Milliseconds leaked = (uptime - behind_at_) / kClockAheadLeakDivisor;
  const Milliseconds ahead = difference - (behind_ + leaked);
  if (ahead > Milliseconds{0} && ahead <= kClockAhead) return false;
  behind_ = difference;
  behind_at_ = uptime;
  return ahead > kClockAhead;
}

}  // namespace flatline
