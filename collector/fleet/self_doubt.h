#pragma once

// Decides on the flags `warming`, `blind` and `panic`: whether the collector doubts itself, and
// whether too few hosts are healthy. The flags are published beside the bitmap and never change it.
// Pure.

#include <array>
#include <cstdint>

#include "collector/fleet/panic.h"
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
  void heard(Instant now);
  /// Notes that an authentic snapshot came late: if most do, it may be our clock that is fast.
  void late(AgentId agent, Instant now);
  /// Notes a first contact that was refused because its clock and ours are too far apart.
  void clock_disagrees(AgentId agent, Instant now);
  /// Notes an authentic snapshot whose clock and ours are close enough.
  void clock_agrees(Instant now);

  /// Sets `doubts` in a view's head and adds the three flags. `hosts` counts the registered hosts
  /// without those that are only expected.
  void judge(Instant now, std::uint32_t hosts, const Judged& judged, ViewHead& head);

 private:
  /// Who speaks for and against our clock within one window.
  struct Votes {
    std::uint64_t agreeing = 0;
    std::uint64_t disagreeing = 0;
    std::array<AgentId, kClockQuorum> against{};  ///< The first hosts that disagreed.
  };
  /// This window's votes, and those of the one before: a new window begins with none.
  struct Poll {
    Instant since;
    Votes now{};
    Votes before{};
  };

  void begin_window(Poll& poll, Instant now) const;
  void agree(Poll& poll, Instant now) const;
  void disagree(Poll& poll, AgentId agent, Instant now);

  DoubtOptions options_;
  Instant start_;
  Instant last_heard_;
  std::array<Instant, kDoubts> until_{};
  Poll skew_;  ///< First contacts that were refused as skewed, against clocks that agree.
  Poll lag_;   ///< Late snapshots, against accepted ones.
  Panic panic_;
};

}  // namespace flatline
