#pragma once

// The run of a simulated fleet. It follows the constant cycle by the clock, sends, and says on
// stdout what happens:
//     ready hosts=10000 interval=1s
//     phase at=0s healthy=10000
//     phase at=10s healthy=5000 fail=5000
//     done sent=300000 send_errors=0 lost=0 duplicated=0 held_back=0 not_held=0 late=0 skipped=0
//         worst=2ms
// (The last two lines are one line.) A run that a signal asks for its counts prints the same line,
// but it begins with `until_now`; one that a signal has rotate says `rotated hosts=250 key=2`, how
// many hosts have the next key by now. `not_held` counts the datagrams that should have been held
// back, but found every place taken.

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/sim/cycle.h"
#include "tools/sim/fate.h"
#include "tools/sim/held_back.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/options.h"
#include "tools/sim/outlet.h"
#include "tools/sim/script.h"
#include "tools/sim/simulated_fleet.h"
#include "tools/sim/truth.h"

namespace flatline::sim {

/// What signals ask of a run. Signal handlers set these, and the run looks at them.
struct Requests {
  volatile std::sig_atomic_t stop = 0;
  // These the run sets to 0 again.
  volatile std::sig_atomic_t tell = 0;        ///< Print the counts so far.
  volatile std::sig_atomic_t rotate = 0;      ///< More hosts take the next key's credentials.
  volatile std::sig_atomic_t next_phase = 0;  ///< The next phase begins, before its time.
};

class Simulation {
 public:
  /// Reads the key, resolves the collectors and opens all sockets and files. Throws Failure or
  /// UsageError.
  explicit Simulation(const SimulationOptions& options);

  /// Runs until the end of --for, or until it is asked to stop.
  void run(Requests& requests);

 private:
  struct Counts {
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t held_back = 0;
    std::uint64_t not_held = 0;
  };

  /// Does what is due at `now`. Returns false when the end has come.
  bool run_turn(Cycle& cycle, Instant now);
  void rotate();
  /// The next phase begins now, and those behind it come as much earlier.
  void skip_to_next_phase(Instant now);
  void serve(const Cycle::Slot& slot);
  void dispatch(const Spoken& spoken, Instant now);
  void enter_phase(std::size_t phase);
  void release_held(Instant now);
  /// Says that the kernel refused datagrams of this phase, where it did.
  void tell_errors();
  [[nodiscard]] Instant next_phase_start() const;
  [[nodiscard]] Instant wake_after(const Cycle& cycle, Instant now) const;
  /// Prints `text` on stderr, unless this phase has had a warning of the kind.
  static void warn_once(bool& has_warned, std::string_view text);
  void say_counts(std::string_view beginning) const;

  SimulationOptions options_;
  HostLabels labels_;
  Script script_;
  FleetOptions fleet_options_;
  SimulatedFleet fleet_;
  Outlet outlet_;
  HeldBack held_;
  FateOptions fates_;
  Pace pace_;
  std::optional<TruthFile> truth_;
  Datagram datagram_{};
  Counts counts_;
  Instant start_;
  Instant end_ = Instant::max();
  Duration skipped_{0};  ///< How much of the scenario's time was left out.
  std::size_t phase_ = 0;
  bool warned_of_pace_ = false;  ///< Whether this phase has had its one warning of a kind.
  bool warned_of_errors_ = false;
  std::uint64_t errors_before_phase_ = 0;  ///< The outlet's errors up to this phase.
};

}  // namespace flatline::sim
