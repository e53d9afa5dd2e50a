#pragma once

// Everything that can happen to a datagram, in the order of the tests: the cheapest comes first.
// Each enumerator has one counter, and no datagram has a log line of its own.
//
// A collector's socket filter refuses in the kernel what the first four name, and counts all of it
// together as `filtered`. So their own counters stay at zero, but for kUnknownKey: of datagrams
// under a key id that is not live a small sample passes, so that the hosts that they name can be
// told.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace flatline {

enum class Outcome : std::uint8_t {
  kWrongSize,     ///< Not 560 bytes.
  kWrongMagic,    ///< Does not begin with `FLAT`.
  kWrongVersion,  ///< A version that this collector does not take.
  kUnknownKey,    ///< A key id of no live fleet key.
  kStale,         ///< (epoch, sequence) not above the last accepted: repeated, reordered, replayed.
  kOverBudget,    ///< This tick's openings for such a sender are used up.
  kBadTag,        ///< Not sealed with the agent's key: forged, damaged, or of another fleet.
  kRevoked,       ///< Its credential's generation was revoked.
  kTombstoned,    ///< The host was forgotten and not admitted again.
  kMalformed,     ///< Authentic, but not a snapshot by the contract.
  kSkewed,        ///< First contact with a send time more than five minutes off.
  kNameMismatch,  ///< The agent id is not the name's.
  kFleetFull,     ///< First contact with every slot taken.
  kLate,          ///< Accepted and shown, but held back longer than the host's window.
  kAccepted,
};
inline constexpr std::size_t kOutcomes = 15;

/// How many datagrams had each outcome since the start.
using OutcomeCounts = std::array<std::uint64_t, kOutcomes>;

/// The outcome's name in JSON and metrics: `wrong_size` to `accepted`.
constexpr std::string_view outcome_name(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomes> kNames = {
      "wrong_size",  "wrong_magic",   "wrong_version", "unknown_key", "stale",
      "over_budget", "bad_tag",       "revoked",       "tombstoned",  "malformed",
      "skewed",      "name_mismatch", "fleet_full",    "late",        "accepted"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace flatline
