#pragma once

// The simulated fleet and the collector's own, in one process, in time that is turned by hand: what
// is sent in a tick, what is heard of it, and the tick itself are steps of their own, so that each
// can be measured. With the same key every run hears the same bytes.

#include <span>
#include <string_view>
#include <vector>

#include "collector/fleet/fleet.h"
#include "collector/view/view_board.h"
#include "tools/sim/cycle.h"
#include "tools/sim/fate.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/simulated_fleet.h"

namespace flatline::test {

struct TimeSetup {
  FleetKey key;
  std::uint32_t capacity = kDefaultCapacity;
  std::uint32_t hosts = kDefaultCapacity;
  unsigned stale_after = kDefaultStaleAfter;
  std::string_view scenario = "0s healthy";
  sim::FateOptions fates{};  ///< Of which only losses are played.
};

class SimulatedTime {
 public:
  explicit SimulatedTime(const TimeSetup& setup);

  struct Sent {
    Datagram datagram;
    Instant at;
  };
  /// What arrives before the next tick, in the order of time; what is lost is not among it.
  std::span<const Sent> send();
  /// The collector hears it. Returns how many were accepted.
  std::size_t hear(std::span<const Sent> sent);
  /// The tick, and its publication.
  const View& tick();

  [[nodiscard]] const View& view() const { return *view_; }
  /// Of all hosts, sorted: when each speaks in an interval, which begins with a tick.
  [[nodiscard]] std::span<const Duration> phases() const { return senders_.phases(); }

 private:
  static constexpr Instant kStart{std::chrono::hours{1}};

  [[nodiscard]] static Moment arrival(Instant now);

  sim::FleetOptions options_;
  sim::HostLabels labels_;
  sim::Script script_;
  sim::SimulatedFleet senders_;
  sim::FateOptions fates_;
  sim::Cycle cycle_;
  HostTable host_table_;
  ViewBoard board_;
  Fleet fleet_;
  std::vector<Sent> sent_;
  const View* view_ = nullptr;
  std::size_t phase_ = 0;
  Instant seen_ = kStart;
  Instant next_tick_ = kStart;
};

}  // namespace flatline::test
