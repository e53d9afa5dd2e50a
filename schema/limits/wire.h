#pragma once

// What agents and collectors agree on: the datagram, its keys, and when it is sent and awaited.
// CONTRACT.md ("Limits") has these numbers in prose.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace flatline {

// --- The datagram (CONTRACT.md, "Layout") -------------------------------------------------------

/// The clear header. It tells the key, the host and the order before anything is opened.
inline constexpr std::size_t kHeaderBytes = 32;
/// Everything an agent knows: one Cap'n Proto segment of 64 words of 8 bytes.
inline constexpr std::size_t kSnapshotBytes = 512;
/// The tag of Poly1305, which shows that the agent's key sealed the datagram.
inline constexpr std::size_t kTagBytes = 16;
/// The UDP payload has this size always, so that one datagram costs what any other costs.
inline constexpr std::size_t kDatagramBytes = kHeaderBytes + kSnapshotBytes + kTagBytes;
/// What a datagram takes of a socket's receive buffer on Linux, the kernel's own needs included.
inline constexpr std::size_t kDatagramBufferBytes = 1280;
/// With the headers of IPv6 and UDP it stays below IPv6's minimum MTU, so it is never fragmented.
static_assert(kDatagramBytes + 40 + 8 <= 1280);

/// The longest host name: it has room for any label of DNS (63) and for most machine ids.
inline constexpr std::size_t kNameBytes = 64;
/// The longest text of all labels together, which is enough for a handful: `role=web,zone=eu-1a`.
inline constexpr std::size_t kLabelsBytes = 64;
/// How many checks a host can have: every snapshot carries the state and the value of each.
inline constexpr std::size_t kChecks = 32;
/// The longest name of a check. With the message it fits a terminal's line or two.
inline constexpr std::size_t kCheckNameBytes = 32;
/// The longest message of a check: one line of a terminal.
inline constexpr std::size_t kMessageBytes = 80;
/// Seven words of data, seven pointers and six lists fill the segment to its last byte.
static_assert(7 * 8 + 7 * 8 + kNameBytes + kLabelsBytes + kChecks + 4 * kChecks + kCheckNameBytes +
                  kMessageBytes ==
              kSnapshotBytes);

/// The farthest send time (since 1970) and the longest uptime, 285,000 years.
inline constexpr std::chrono::milliseconds kMaxWireTime{std::int64_t{1} << 53};

// --- Keys ---------------------------------------------------------------------------------------

/// How many fleet keys are live at once: the current one, and its neighbour during a rotation.
inline constexpr std::size_t kFleetKeys = 2;
/// The highest credential generation: its field in the header has 16 bits.
inline constexpr std::uint16_t kMaxCredentialGeneration = 0xFFFF;
/// The largest key or credential file that is read: such files have a dozen lines.
inline constexpr std::size_t kKeyFileBytes = 4096;
/// Random low bits of an epoch, by which two agents that start in one millisecond differ.
inline constexpr unsigned kEpochRandomBits = 22;
/// The last millisecond since 1970 that an epoch has room for beside them: in May 2109.
inline constexpr std::uint64_t kMaxEpochMs = ~std::uint64_t{0} >> kEpochRandomBits;

// --- Schedules ----------------------------------------------------------------------------------

/// An agent's interval: less than 100 ms tells nothing more, more than 5 min is not monitoring.
inline constexpr std::chrono::milliseconds kMinInterval{100};
inline constexpr std::chrono::milliseconds kMaxInterval{300'000};
inline constexpr std::chrono::milliseconds kDefaultInterval{1'000};
/// The collector's tick, at which all of the bitmap is judged and published anew.
inline constexpr std::chrono::milliseconds kMinTick{50};
inline constexpr std::chrono::milliseconds kMaxTick{60'000};
inline constexpr std::chrono::milliseconds kDefaultTick{1'000};
/// How many lost snapshots in a row make a host silent. Four do not happen on a working network.
inline constexpr unsigned kMinStaleAfter = 1;
inline constexpr unsigned kMaxStaleAfter = 60;
inline constexpr unsigned kDefaultStaleAfter = 4;
/// Deadlines are 32-bit milliseconds that wrap: 24 days behind, a past one would seem to lie ahead.
/// So each tick moves those of one 64th of the slots up to now where they are past, and reaches
/// every slot in 64 ticks, which take at most an hour. Every capacity is a multiple of 64.
inline constexpr std::size_t kRenewTicks = 64;
static_assert(kRenewTicks * kMaxTick + kMaxInterval * (kMaxStaleAfter + 1) <
              std::chrono::milliseconds{1} * (std::int64_t{1} << 31));
/// How long the collector looks back when it judges itself (the flags `warming` and `blind`).
inline constexpr std::chrono::milliseconds kMinWindow{500};
inline constexpr std::chrono::milliseconds kMaxWindow{600'000};
inline constexpr std::chrono::milliseconds kDefaultWindow{5'000};
/// How far the authenticated send time of a first contact may be off (CONTRACT.md, "Order").
inline constexpr std::chrono::minutes kFirstContactSkew{5};
/// Lag leaks away by this part of the time that passes, 0.05 %: crystals differ by up to 0.01 %.
inline constexpr std::int64_t kLagLeakDivisor = 2000;
/// The most progress of a host's clock between two snapshots that lag counts: ten years.
inline constexpr std::chrono::hours kMostClockProgress{10 * 366 * 24};
/// An agent whose wall clock runs ahead of its uptime by more than this begins a new epoch: only a
/// machine that stood still, one that was put back or a clock that was set is that far off.
inline constexpr std::chrono::milliseconds kClockAhead{10'000};
/// But for this part of the time that passes: a crystal that is up to 0.01 % slow begins no epochs.
/// The slowest correction of a wall clock (adjtime's 0.05 %) still shows.
inline constexpr std::int64_t kClockAheadLeakDivisor = 10'000;
/// For how many intervals a leaving agent sends its flag: some of these snapshots may be lost.
inline constexpr unsigned kLeaveIntervals = 3;

}  // namespace flatline
