#pragma once

// The simulated hosts: for each the agent's own reporter and what seals its datagrams. Makes one
// fresh, sealed datagram whenever a sender's turn has come. Handed the time; sends nothing.
//
// A clone is a second sender with the same name and key, as a copied virtual machine is: it starts
// some intervals later, with a higher epoch, and goes on beside its original. The first hosts are
// the ones that are cloned.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/reporter.h"
#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"
#include "tools/sim/cycle.h"
#include "tools/sim/scenario.h"

namespace flatline::sim {

struct FleetOptions {
  FleetKey key{};
  std::string name_prefix = "sim-";
  std::uint32_t hosts = 1;
  std::uint32_t clones = 0;  ///< At most `hosts`.
  std::uint32_t checks = kDefaultSimulatedChecks;
  Milliseconds interval{kDefaultInterval};
  Milliseconds skew{0};  ///< The hosts' clocks are off by up to this much, either way.
  std::uint64_t seed = 1;
};

/// `sim-00001` for host 0: at least kSimulatedNameDigits digits, more where the fleet needs them.
std::string simulated_name(const FleetOptions& options, std::uint32_t host);

/// Which datagram a sender made.
struct Spoken {
  std::uint32_t sender = 0;  ///< The host; its clone's is the fleet's size more.
  bool is_clone = false;
  std::uint64_t sequence = 0;
};

class SimulatedFleet {
 public:
  /// `script` outlives this. Names are host names: the prefix was checked.
  SimulatedFleet(const FleetOptions& options, const Script& script);

  /// Of all senders, sorted: their places within the interval, for a Cycle.
  [[nodiscard]] std::span<const Duration> phases() const { return phases_; }

  /// Makes the datagram of a slot in a phase of the script. Nothing: the host sends nothing.
  std::optional<Spoken> speak(const Cycle::Slot& slot, std::size_t phase, Instant now,
                              WallTime wall, Datagram& datagram);

 private:
  static constexpr std::size_t kBeforeFirstPhase = ~std::size_t{0};

  struct Sender {
    Reporter reporter;
    Header header;
    SecretKey key;
    std::uint32_t host;
    bool is_clone = false;
    bool has_results = true;  ///< Its checks have run since it started.
    bool has_left = false;
    unsigned leaving = 0;  ///< Snapshots that still say so.
    std::size_t phase = kBeforeFirstPhase;
  };

  [[nodiscard]] Sender make_sender(std::uint32_t host, bool is_clone) const;
  [[nodiscard]] Reporter make_reporter(std::uint32_t host, Instant start) const;
  void follow_script(Sender& sender, std::size_t phase, Instant now, WallTime wall);
  void restart(Sender& sender, Instant now, WallTime wall) const;
  void run_checks(Sender& sender, Verb verb, std::uint64_t interval, Instant now) const;
  [[nodiscard]] WallTime clock_of(const Sender& sender, WallTime wall) const;
  [[nodiscard]] Milliseconds uptime_of(const Sender& sender, Instant now) const;

  FleetOptions options_;
  const Script& script_;
  std::vector<Sender> senders_;   ///< In the order of their phases.
  std::vector<Duration> phases_;  ///< Of senders_.
};

}  // namespace flatline::sim
