#pragma once

// The limits of what a collector tells of fleet keys while they are rotated, each with its unit and
// its reason. Numbers alone: pure.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace flatline {

/// How many key ids there are: the datagram has one byte for them.
inline constexpr std::size_t kKeyIds = 256;
/// How many credential generations, of all keys together, are counted apart: nearly all hosts have
/// the first one, and those that were rebuilt or revoked have one of a handful more.
inline constexpr std::size_t kCountedGenerations = 64;
/// Of how many they are chosen in a census (16 KiB). A host beyond is counted under its key alone.
inline constexpr std::size_t kSeenGenerations = 1024;
static_assert((kSeenGenerations & (kSeenGenerations - 1)) == 0);
/// Of the datagrams under a key id that is not live, one in so many passes the socket's filter, by
/// chance, so that the host that they name can be told. Strangers so get no more than this part of
/// the room that a live key id gives them; a host that speaks every second is named within a minute
/// on average, and of a fleet that lost its key some at once.
inline constexpr std::uint32_t kOtherKeySample = 64;
static_assert((kOtherKeySample & (kOtherKeySample - 1)) == 0);
/// A silent host counts as refused for so long after a datagram named it: so many samples of one
/// that speaks every second miss it once in ten thousand times.
inline constexpr std::chrono::minutes kRefusedFor{10};

}  // namespace flatline
