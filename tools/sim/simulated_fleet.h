#pragma once

// The simulated hosts. Each has the agent's own reporter, and a key and header to seal its
// datagrams with. Whenever a sender's turn has come, the fleet makes one fresh, sealed datagram.
// Callers say what time it is, and send the datagram. A simulated machine's uptime goes on as the
// clock that nobody slews, and its wall clock as the machine's that simulates it; the agent begins
// a new epoch where a real one would (agent/core/epochs.h), and its disk answers at once.
//
// A clone is a second sender with the same name and key, as a copied virtual machine is. It starts
// some intervals later, with a higher epoch, and goes on beside its original. Where there are n
// clones, they are those of the first n hosts.
//
// Hosts can take credentials of the fleet's next key while they speak, as agents do that are given
// another one and reloaded: the first hosts first, and their clones with them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/epochs.h"
#include "agent/core/reporter.h"
#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"
#include "tools/sim/cycle.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/limits.h"
#include "tools/sim/script.h"

namespace flatline::sim {

struct FleetOptions {
  FleetKey key{};
  std::optional<FleetKey> next_key{};  ///< Of the same fleet.
  std::string name_prefix = "sim-";
  std::uint32_t hosts = 1;
  std::uint32_t clones = 0;  ///< At most `hosts`.
  std::uint32_t checks = kDefaultSimulatedChecks;
  Milliseconds interval{kDefaultInterval};
  Milliseconds skew{0};  ///< Each host's clock is off by up to this much, either way.
  std::uint64_t seed = 1;
};

/// The name of a host: `sim-00001` for host 0. The number has at least kSimulatedNameDigits digits,
/// and more where the fleet needs them.
std::string simulated_name(const FleetOptions& options, std::uint32_t host);

/// The names of the first `count` checks of every host: `load`, `memory`, `disk` and on.
std::vector<std::string> simulated_checks(std::uint32_t count);

/// Which datagram a sender made.
struct Spoken {
  std::uint32_t sender = 0;  ///< The host's number; its clone has that plus the number of hosts.
  bool is_clone = false;
  std::uint64_t sequence = 0;
};

class SimulatedFleet {
 public:
  /// `script` and `labels` must outlive this. The prefix must make host names; the command line
  /// checks that.
  SimulatedFleet(const FleetOptions& options, const Script& script, const HostLabels& labels);

  /// The sorted places of all senders within the interval, for a Cycle.
  [[nodiscard]] std::span<const Duration> phases() const { return phases_; }

  /// Makes the datagram of a slot in a phase of the script. Returns nothing if the host sends none.
  /// Throws Failure where a clock is so far ahead that no agent would start.
  std::optional<Spoken> speak(const Cycle::Slot& slot, std::size_t phase, const Moment& moment,
                              Datagram& datagram);

  /// So many hosts more take a credential of the next key, with which each makes its next datagram.
  /// Returns how many have done so since the start, all calls together.
  std::uint32_t rotate(std::uint32_t hosts);

 private:
  static constexpr std::size_t kBeforeFirstPhase = ~std::size_t{0};

  /// What an agent's clocks and its epoch were at a moment.
  struct Picture {
    std::uint64_t epoch = 0;
    WallTime wall{};
    Milliseconds uptime{0};
  };

  struct Sender {
    Reporter reporter;
    Header header;
    SecretKey key;
    std::uint32_t host;
    bool is_clone = false;
    bool has_results = true;  ///< Whether its checks have run since it started.
    bool has_left = false;
    bool is_paused = false;
    unsigned leaving = 0;  ///< How many more snapshots say that it leaves.
    std::size_t phase = kBeforeFirstPhase;
    Instant booted{};              ///< By the clock that nobody slews, and without its pauses.
    Instant paused{};              ///< When it was paused last.
    std::optional<Epochs> epochs;  ///< Nothing before its first snapshot.
    Picture picture;               ///< Of its first snapshot.
  };

  [[nodiscard]] Sender make_sender(std::uint32_t host, bool is_clone) const;
  [[nodiscard]] Reporter make_reporter(std::uint32_t host, Instant start) const;
  void follow_script(Sender& sender, std::size_t phase, const Moment& moment);
  void begin_verb(Sender& sender, Verb before, Verb verb, const Moment& moment);
  void restart(Sender& sender, const Moment& moment) const;
  static void begin_epoch(Sender& sender, const Moment& moment);
  static void put_back(Sender& sender, const Moment& moment);
  void run_checks(Sender& sender, Part part, std::uint64_t interval, Instant now) const;
  void take_next_key(Sender& sender) const;
  [[nodiscard]] WallTime clock_of(const Sender& sender, WallTime wall) const;

  FleetOptions options_;
  const Script& script_;
  const HostLabels& labels_;
  std::vector<std::string> checks_;
  std::vector<Sender> senders_;   ///< They are in the order of their phases.
  std::vector<Duration> phases_;  ///< The phase of each of senders_.
  std::uint32_t rotated_ = 0;     ///< Hosts below this number speak with the next key.
};

}  // namespace flatline::sim
