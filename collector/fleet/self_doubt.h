#pragma once

// The collector's doubt about itself and about the fleet as a whole: what it says in flags beside
// the bitmap, which they never change. Pure.

#include <array>
#include <cstdint>

#include "collector/fleet/sweep.h"
#include "collector/view/view.h"
#include "schema/wire/identity.h"

namespace flatline {

class SelfDoubt {
 public:
  struct DoubtOptions {
    Duration window{kDefaultWindow};
    unsigned panic_below_percent = kDefaultPanicBelowPercent;
  };

  SelfDoubt(const DoubtOptions& options, Instant start);

  /// Something that casts doubt until a full window has passed without it.
  void raise(Doubt doubt, Instant now);
  /// A datagram was accepted.
  void heard(Instant now) { last_heard_ = now; }
  /// A first contact was refused because its clock and ours are too far apart.
  void clock_disagrees(AgentId agent, Instant now);
  /// An authentic snapshot came whose clock and ours are not.
  void clock_agrees(Instant now);

  /// The flags and doubts of a view at `now`. `hosts` are registered.
  void judge(Instant now, std::uint32_t hosts, const Quorum& quorum, ViewHead& head);

 private:
  void begin_window(Instant now);

  DoubtOptions options_;
  Instant start_;
  Instant last_heard_;
  std::array<Instant, kDoubts> until_{};
  /// What clocks said within a window.
  struct Clocks {
    std::uint64_t agreeing = 0;                   ///< Snapshots,
    std::uint64_t disagreeing = 0;                ///< and refused ones,
    std::array<AgentId, kSkewedQuorum> skewed{};  ///< of these hosts, as far as they count.
  };
  Instant clocks_since_;
  Clocks clocks_;
  Clocks clocks_before_;  ///< In the window before: a new one begins with nothing on either side.
  bool panic_ = false;
};

}  // namespace flatline
