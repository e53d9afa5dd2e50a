#pragma once

// Which datagrams may be opened, and who pays for it (CONTRACT.md, "Limits"). Opening is the dear
// part of judging a datagram, and everybody can send datagrams that have to be opened.
//
// A host's epoch is a cookie: who cannot read its traffic does not know it. What comes with the
// epoch that was accepted last is opened out of the host's own allowance. All else (another epoch,
// a first contact, a forgery of either) is paid for with a tenth of a core: one half of it is
// divided into equal shares, one for each slot; of the other half whoever comes first takes, and
// what is left of it there decides who may: registered hosts always, newcomers and then banned
// hosts only while it is not short. So nobody who does not know its epoch silences a host, and
// nobody who floods all the rest keeps a host that starts anew from its share. Pure.
//
// Everything refills with time, never with ticks, so that no host's phase is better than another's.

#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class Budget {
 public:
  Budget(std::uint32_t capacity, Instant start);

  // Each of these takes one opening, or returns false if none is left at `now`, which may not go
  // back by more than it went on before.

  /// With the epoch that was accepted last: twice a host's rate, and kOwnBurst of them at once.
  /// `free_at` is in the host's row, and starts anywhere in the past.
  [[nodiscard]] static bool take_own(Instant& free_at, Duration half_interval, Instant now);
  /// Of a registered host with another epoch. `share_at` is in its row.
  [[nodiscard]] bool take_share(Instant& share_at, Instant now);
  [[nodiscard]] bool take_newcomer(Instant now) { return take_common(kLeftByNewcomers, now); }
  /// For a datagram that a ban will refuse even if it is authentic.
  [[nodiscard]] bool take_barred(Instant now) { return take_common(kLeftByBarred, now); }

  /// How long a host's share takes to refill.
  [[nodiscard]] Duration share_period() const { return share_period_; }

 private:
  /// What the common half holds when it is full: what flows in within a second.
  static constexpr Duration kFull = Duration{std::chrono::seconds{1}} / kCoreShareOfOpenings / 2;
  static constexpr Duration kLeftByNewcomers = kFull / 2;
  static constexpr Duration kLeftByBarred = kFull * 3 / 4;

  /// Takes the price of an opening if at least `left` remains.
  [[nodiscard]] bool take_common(Duration left, Instant now);

  Duration share_period_;
  Duration common_ = kFull;
  Instant filled_at_;
};

}  // namespace flatline
