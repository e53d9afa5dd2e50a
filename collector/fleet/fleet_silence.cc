// Forgetting by watched silence: the slots of hosts that are gone for good become free without an
// operator. What counts is how long a host was silent while the collector watched: by the fleet's
// time, and not while the collector had reason to doubt itself or most of the fleet was silent.

#include <algorithm>

#include "collector/fleet/fleet.h"

namespace flatline {

/// Moves the watch's clock on. A view that is warming, blind or in panic proves nobody's silence.
void Fleet::watch(Instant fleet_now, std::uint32_t flags) {
  constexpr std::uint32_t kProvesNothing =
      flag_bit(Flag::kWarming) | flag_bit(Flag::kBlind) | flag_bit(Flag::kPanic);
  if ((flags & kProvesNothing) == 0) watched_ += fleet_now - watched_until_;
  watched_until_ = fleet_now;
}

/// Looks at the next share of the slots, at the same number in every tick whatever is in them, and
/// frees at most one slot a second. The host leaves no tombstone: if it comes back, it registers.
void Fleet::forget_silent(const Moment& moment, Instant fleet_now) {
  if (options_.forget_after <= Duration{0} || fleet_now < forget_next_) return;
  const auto ticks = std::max<Duration::rep>(Duration{kForgetRound} / options_.tick, 1);
  const auto share = static_cast<std::uint32_t>(options_.capacity / ticks + 1);
  for (std::uint32_t looked = 0; looked < share; ++looked) {
    const std::uint32_t slot = forget_from_;
    forget_from_ = (forget_from_ + 1) % options_.capacity;
    if (!is_long_silent(slot, moment.wall, fleet_now)) continue;
    view_.head.last_forgotten = record_.name;
    view_.head.last_forgotten_at = moment.wall;
    ++view_.head.forgotten;
    leave(slot);
    forget_next_ = fleet_now + kForgetEvery;
    return;
  }
}

/// Leaves a copy of the record in record_.
bool Fleet::is_long_silent(std::uint32_t slot, WallTime wall, Instant fleet_now) {
  if (!rows_[slot].registered || is_awaited(slot) || columns_.is_alive(slot, fleet_now) ||
      columns_.has_drain(slot, wall) || columns_.is_in_conflict(slot, fleet_now)) {
    return false;
  }
  host_table_.own(slot, record_);
  return watched_ - record_.watched_at >= options_.forget_after;
}

}  // namespace flatline
