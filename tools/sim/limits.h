#pragma once

// The limits of the simulated fleet, each with its unit and its reason. Those of flatline itself,
// which it keeps as a real fleet does, are in schema/limits.h. Numbers alone: pure.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schema/limits.h"

namespace flatline {

/// How many hosts one simulated fleet can have: as many as the largest collector has slots.
inline constexpr std::uint32_t kMaxSimulatedHosts = kMaxCapacity;
/// Checks of each simulated host.
inline constexpr std::uint32_t kDefaultSimulatedChecks = 4;
/// Digits of a simulated host's name, `sim-00001`: fleets of up to 99,999 sort by name.
inline constexpr std::size_t kSimulatedNameDigits = 5;
/// The simulated fleet sends at most this often, so that a system call sends several datagrams.
inline constexpr std::chrono::milliseconds kSimulatedTurn{1};
/// The simulated fleet's send buffer, in which what one late turn sends has room.
inline constexpr std::size_t kSimulatedSendBufferBytes = 1 << 20;
/// The longest sleep of the simulated fleet, so that Ctrl-C is heard soon.
inline constexpr std::chrono::milliseconds kSimulatedSleep{100};
/// How many datagrams one sendmmsg hands over.
inline constexpr std::size_t kSendBatch = 64;
/// A simulated datagram is late that leaves over a tenth of its interval, and 20 ms, too late.
inline constexpr int kSimulatedLateDivisor = 10;
inline constexpr std::chrono::milliseconds kSimulatedLateAtLeast{20};
/// Simulated datagrams held back at a time (37 MB). Those beyond go out at once and are counted.
inline constexpr std::size_t kHeldDatagrams = 65'536;
/// How long a simulated datagram is held back at most (`--delay`).
inline constexpr std::chrono::milliseconds kDefaultHoldDelay{2'000};
inline constexpr std::chrono::milliseconds kMaxHoldDelay{60'000};
/// A clone starts so many intervals after its original, so that its epoch is the newer one.
inline constexpr std::uint64_t kCloneStartIntervals = 3;
/// How far a simulated host's clock can be off: a year and a day.
inline constexpr std::chrono::hours kMaxSimulatedSkew{24 * 366};
/// How many phases a scenario can have: people write a handful.
inline constexpr std::size_t kScenarioPhases = 64;
/// How many shares a phase can have, each of which may be of hosts with some label.
inline constexpr std::size_t kPhaseShares = 64;
static_assert(kPhaseShares < 255);  // Each host's is one byte.
/// How many labels a simulated host can have, and how many values each: racks of 16 for a million.
inline constexpr std::size_t kSimulatedLabels = 8;
inline constexpr std::size_t kSimulatedLabelValues = 65'536;

}  // namespace flatline
