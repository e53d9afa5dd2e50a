#pragma once

// What a simulated fleet goes through: phases over time, each with shares of the fleet that do
// something else than being healthy. Pure.
//
//     0s healthy; 10s fail 50%; 20s silent 30%, flap 5%; 30s healthy
//
// A phase lasts until the next one starts. Before the first, all are healthy. A share is a
// percentage or a number of hosts; the hosts come from one seeded order of the fleet, so that the
// shares of a phase are disjoint and a larger share of a later phase includes the smaller one of
// an earlier phase if both come first in their phases.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/time.h"

namespace flatline::sim {

enum class Verb : std::uint8_t {
  kHealthy,
  kFail,     ///< A check is CRITICAL.
  kWarn,     ///< A check is WARNING.
  kSilent,   ///< Nothing is sent; the agent goes on behind a dead network.
  kFlap,     ///< The host is failing and healthy in turn, interval by interval.
  kRestart,  ///< The agent starts anew with the phase: PENDING once, then healthy.
  kLeave,    ///< The agent says that it leaves, then stops. A later phase may start it anew.
  kReboot,   ///< The machine starts anew with the phase, and its agent with it: uptime is 0.
  kPause,  ///< The machine stands still, and its uptime with it. The wall clock is right after it.
  kPutBack,  ///< The machine goes on from a picture of its first snapshot, but for the wall clock.
};
inline constexpr std::size_t kVerbs = 10;

/// `healthy`, `fail`, `warn`, `silent`, `flap`, `restart`, `leave`, `reboot`, `pause`, `put-back`.
std::string_view verb_name(Verb verb);

/// The state in which a host that does this is, for the truth: `healthy` (also if it warns,
/// restarts, reboots or is put back), `failing`, `silent` (also if it is paused), `flapping` or
/// `left`.
std::string_view truth_state(Verb verb);

/// How much of the fleet does `verb`.
struct Share {
  Verb verb = Verb::kHealthy;
  double amount = 0;  ///< In percent, or in hosts.
  bool is_percent = true;
};

struct Phase {
  Milliseconds start{0};
  std::vector<Share> shares;  ///< The rest is healthy.
};

/// Reads a scenario. The starts of its phases increase. The first phase starts at 0s: where the
/// text begins later, a healthy one is put before. Throws UsageError that names the phase and what
/// is allowed.
std::vector<Phase> parse_scenario(std::string_view text);

/// A scenario as a fleet of known size plays it.
class Script {
 public:
  /// Throws UsageError when a phase wants more hosts than there are.
  Script(const std::vector<Phase>& phases, std::uint32_t hosts, std::uint64_t seed);

  [[nodiscard]] std::size_t phase_count() const { return phases_.size(); }
  [[nodiscard]] Milliseconds start_of(std::size_t phase) const { return phases_[phase].start; }

  /// What host `host` (from 0) does in a phase.
  [[nodiscard]] Verb verb_of(std::uint32_t host, std::size_t phase) const;

  /// How many hosts do `verb` in a phase. Percentages are rounded to the nearest whole host.
  [[nodiscard]] std::uint32_t count_of(Verb verb, std::size_t phase) const;

  /// `fail=50 healthy=50`: the verbs of a phase that some host does.
  [[nodiscard]] std::string describe(std::size_t phase) const;

 private:
  struct Cast {
    Verb verb;
    std::uint32_t end;  ///< It has the places from the end of the cast before up to this one.
  };
  struct CastPhase {
    Milliseconds start;
    std::vector<Cast> casts;
  };

  std::uint32_t hosts_;
  std::vector<CastPhase> phases_;
  std::vector<std::uint32_t> places_;  ///< The place of each host in the seeded order.
};

}  // namespace flatline::sim
