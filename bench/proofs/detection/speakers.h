#pragma once

// The simulated fleet in a thread of this very process, so that it is known by the collector's own
// clock when each host spoke last, and first again.

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "schema/program/endpoint.h"
#include "tools/sim/cycle.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/outlet.h"
#include "tools/sim/simulated_fleet.h"

namespace flatline::bench {

class Speakers {
 public:
  /// Starts them; they end `length` later.
  Speakers(const sim::FleetOptions& fleet, const Endpoint& collector,
           const std::vector<sim::Phase>& phases, Milliseconds length);
  ~Speakers();
  Speakers(const Speakers&) = delete;
  Speakers& operator=(const Speakers&) = delete;

  [[nodiscard]] Instant end() const { return end_; }
  [[nodiscard]] Instant phase_start(std::size_t phase) const {
    return start_ + script_.start_of(phase);
  }
  [[nodiscard]] sim::Verb verb_of(std::uint32_t host, std::size_t phase) const {
    return script_.verb_of(host, phase);
  }

  /// Waits for the end of the last phase. What follows is known only then. That a host has spoken
  /// means that its datagram waits in the collector's socket: over loopback the kernel puts it
  /// there within the call that sends it.
  void join() { thread_.join(); }
  /// When the host had spoken last before a phase.
  [[nodiscard]] Instant last_before(std::uint32_t host, std::size_t phase) const;
  /// And when first in a phase.
  [[nodiscard]] Instant first_in(std::uint32_t host, std::size_t phase) const {
    return first_spoken_[phase][host];
  }
  [[nodiscard]] Duration worst_lateness() const { return pace_.worst(); }
  [[nodiscard]] std::uint64_t send_errors() const { return outlet_.errors(); }

 private:
  void run();
  void speak(const sim::Cycle::Slot& slot, Instant now);
  void hand_over();

  sim::FleetOptions options_;
  sim::HostLabels labels_;
  sim::Script script_;
  sim::SimulatedFleet fleet_;
  sim::Outlet outlet_;
  sim::Pace pace_;
  std::size_t phase_ = 0;
  std::vector<std::vector<Instant>> first_spoken_;  ///< By phase and host.
  std::vector<std::vector<Instant>> last_spoken_;
  std::vector<std::uint32_t> on_their_way_;  ///< Hosts that spoke in this turn, all of one phase.
  Datagram datagram_{};
  Instant start_;
  Instant end_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace flatline::bench
