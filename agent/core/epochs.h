#pragma once

// When an agent begins a new epoch while it runs, and what it may send meanwhile. Pure: callers say
// what the clocks say, and store epochs.
//
// A virtual machine that is put back to an earlier picture goes on with the epoch and the sequence
// of then. What it would send next under them was sent already, with other content: collectors
// refuse it as stale, and two snapshots that are sealed with one nonce give away their difference.
// Nothing tells the machine that it was put back, but its clocks do: uptime goes on from the
// picture, while the wall clock is put right. So an agent looks at both before each snapshot, and
// begins a new epoch when the wall clock runs ahead by more than kClockAhead. The same look sees a
// machine that was paused, whose uptime stood still, and a wall clock that was set forwards; a new
// epoch does these no harm.
//
// How far the wall clock is ahead is counted from where it was furthest behind since the epoch
// began. A wall clock that is set back by an hour thus begins no epoch, but later it must not hide
// that the machine was put back by less than that hour.
//
// From that look on, nothing is sent under the epoch in use, because every snapshot might repeat a
// nonce. An epoch is stored before it is used, so that the next start has a greater one even when
// the clock goes back; but a disk that hangs or fails must not silence a host. So storing may take
// until the next snapshot is due, an interval. Then the new epoch is used although it is not
// stored, and the next start relies on the wall clock. At most one snapshot is missing, and a host
// is not condemned for one.

#include <cstdint>

#include "schema/time.h"

namespace flatline {

class Epochs {
 public:
  using RandomBits = std::uint32_t (*)();

  /// `epoch` is stored and begins now, as the two clocks tell it. `random_bits` draws the
  /// kEpochRandomBits bits of those that follow.
  Epochs(std::uint64_t epoch, WallTime wall, Milliseconds uptime, RandomBits random_bits);

  enum class Turn {
    kSend,       ///< A snapshot is sent, under epoch().
    kStore,      ///< None is sent yet: first wanted() is stored.
    kNotStored,  ///< A snapshot is sent under epoch(), a new one that was not stored in time.
    kNoneLeft,   ///< A snapshot is sent under epoch(): no new one follows (next_epoch).
  };
  /// Is called before each snapshot, also before one that had to wait for take_stored().
  [[nodiscard]] Turn take_turn(WallTime wall, Milliseconds uptime);

  /// wanted() was stored as `stored`, which is greater where the disk held a later epoch.
  void take_stored(std::uint64_t stored);
  /// wanted() cannot be stored.
  void go_on_without();

  /// The epoch in use.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  /// The epoch that is to be stored and used; the one in use if none is.
  [[nodiscard]] std::uint64_t wanted() const { return wanted_; }

 private:
  bool runs_ahead(WallTime wall, Milliseconds uptime);

  std::uint64_t epoch_;
  std::uint64_t wanted_;
  Milliseconds behind_;     ///< Wall clock minus uptime, where it was furthest behind,
  Milliseconds behind_at_;  ///< and the uptime of then.
  RandomBits random_bits_;
};

}  // namespace flatline
