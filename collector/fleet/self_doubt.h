#pragma once

// Decides on the flags `warming`, `blind` and `panic`: whether the collector doubts itself, and
// whether too few hosts are healthy. The flags are published beside the bitmap and never change it.
// Pure.

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

  /// Notes a cause of doubt; it stands until a full window has passed without a new one.
  void raise(Doubt doubt, Instant now);
  /// Notes that a datagram was accepted.
  void heard(Instant now) { last_heard_ = now; }
  /// Notes a first contact that was refused because its clock and ours are too far apart.
  void clock_disagrees(AgentId agent, Instant now);
  /// Notes an authentic snapshot whose clock and ours are close enough.
  void clock_agrees(Instant now);

  /// Sets `doubts` in a view's head and adds the three flags. `hosts` counts the registered hosts
  /// without those that are only expected.
  void judge(Instant now, std::uint32_t hosts, const Quorum& quorum, ViewHead& head);

 private:
  void begin_window(Instant now);

  DoubtOptions options_;
  Instant start_;
  Instant last_heard_;
  std::array<Instant, kDoubts> until_{};
  /// What the hosts' clocks said within one window.
  struct Clocks {
    std::uint64_t agreeing = 0;                   ///< Snapshots whose clocks agree with ours.
    std::uint64_t disagreeing = 0;                ///< First contacts that were refused as skewed.
    std::array<AgentId, kSkewedQuorum> skewed{};  ///< The first hosts that sent the latter.
  };
  Instant clocks_since_;
  Clocks clocks_;
  Clocks clocks_before_;  ///< The window before counts too, since a new one begins with nothing.
  bool panic_ = false;
};

}  // namespace flatline
