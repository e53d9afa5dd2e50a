#pragma once

// The collector's doubt about itself and about the fleet as a whole: what it says in flags beside
// the bitmap, which they never change. Pure.

#include <array>
#include <cstdint>

#include "collector/sweep.h"
#include "collector/view.h"

namespace flatline {

class SelfDoubt {
 public:
  struct Options {
    Duration window{kDefaultWindow};
    unsigned panic_below_percent = kDefaultPanicBelowPercent;
  };

  SelfDoubt(const Options& options, Instant start);

  /// Something that casts doubt until a full window has passed without it.
  void raise(Doubt doubt, Instant now);
  /// A datagram was accepted.
  void heard(Instant now) { last_heard_ = now; }
  /// A first contact came, and its clock was off or not.
  void first_contact(bool skewed, Instant now);

  /// The flags and doubts of a view at `now`. `hosts` are registered.
  void judge(Instant now, std::uint32_t hosts, const Quorum& quorum, ViewHead& head);

 private:
  Options options_;
  Instant start_;
  Instant last_heard_;
  std::array<Instant, kDoubts> until_{};
  Instant contacts_since_;
  std::uint32_t contacts_ = 0;
  std::uint32_t skewed_ = 0;
  bool panic_ = false;
};

}  // namespace flatline
