#pragma once

// What a simulated fleet goes through: phases over time, each with shares of the fleet that do
// something else than being healthy. Pure.
//
//     0s healthy; 10s fail 50%; 20s silent zone=eu-1b, warn role=db 20% check=disk; 30s healthy
//
// A phase lasts until the next one starts. Before the first, all are healthy. A share is a
// percentage or a number of hosts: of all, or of those that have the labels it names, which are
// then 100 % without a number. A host does what the first share says that takes it, so that the
// shares of a phase are disjoint; a share takes hosts in one seeded order of the fleet. So a larger
// share of a later phase includes the smaller one of an earlier phase if both come first in their
// phases.

#include <array>
#include <cstddef>
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

/// `rack=r7`, or `rack=r[1-3]` for any of these.
struct LabelMatch {
  std::string key;
  std::vector<std::string> values;
  std::size_t column = 0;  ///< In the phase's text, from 1.
  bool operator==(const LabelMatch& other) const {
    return key == other.key && values == other.values;
  }
};

/// How much of the fleet does `verb`.
struct Share {
  Verb verb = Verb::kHealthy;
  double amount = 0;  ///< In percent, or in hosts.
  bool is_percent = true;
  std::vector<LabelMatch> labels;  ///< A host must have all of them.
  std::string check;               ///< The check that shows it; if empty, each host has its own.
  std::size_t check_column = 0;
};

struct Phase {
  Milliseconds start{0};
  std::vector<Share> shares;  ///< The rest is healthy.
  std::size_t number = 0;     ///< As the text counts them, for errors, as `text` is.
  std::string text;
};

/// Reads a scenario. The starts of its phases increase. The first phase starts at 0s: where the
/// text begins later, a healthy one is put before. Throws UsageError that names the phase, the
/// column and what is allowed.
std::vector<Phase> parse_scenario(std::string_view text);

}  // namespace flatline::sim
