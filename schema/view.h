#pragma once

// The words of a view that collector and readers share: planes, flags, states. The numbers are the
// bitmap answer's.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flatline {

/// Bitmaps of a view, one bit a slot. The order is the bit order of a slot's byte.
enum class Plane : std::uint8_t {
  kRegistered,  ///< A host has this slot.
  kKnown,       ///< The collector can judge it: heard since start, or silent for a window since.
  kReporting,   ///< Heard within its window.
  kHealthy,     ///< Reporting, and no check CRITICAL or UNKNOWN. *The* bitmap.
  kWarning,     ///< Reporting, and some check WARNING.
  kDrained,     ///< Taken out of service by an operator.
  kFlapping,    ///< Changes its verdict often.
  kConflict,    ///< Two machines speak with one credential.
};
inline constexpr std::size_t kPlanes = 8;
constexpr std::uint8_t plane_bit(Plane plane) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(plane));
}
inline constexpr std::array<std::string_view, kPlanes> kPlaneNames = {
    "registered", "known", "reporting", "healthy", "warning", "drained", "flapping", "conflict"};
constexpr std::string_view plane_name(Plane plane) {
  return kPlaneNames[static_cast<std::size_t>(plane)];
}

/// Doubt beside the bitmap.
enum class Flag : std::uint8_t {
  kWarming,   ///< Less than one window since start.
  kBlind,     ///< The collector has reason to doubt itself.
  kPanic,     ///< Too few hosts are healthy: consumers should fail open.
  kFrozen,    ///< Operators ask consumers to hold what they have.
  kDegraded,  ///< Storage or another soft dependency is failing.
};
inline constexpr std::size_t kFlags = 5;
constexpr std::uint32_t flag_bit(Flag flag) { return 1U << static_cast<unsigned>(flag); }
inline constexpr std::array<std::string_view, kFlags> kFlagNames = {"warming", "blind", "panic",
                                                                    "frozen", "degraded"};

/// What people are told of a host: the first that applies.
enum class HostState : std::uint8_t {
  kExpected,  ///< Of the inventory, never heard.
  kUnknown,   ///< Registered, but not heard since the collector's start, less than a window ago.
  kSilent,    ///< Known and not reporting.
  kFailing,   ///< Reporting and not healthy.
  kHealthy,
};
inline constexpr std::size_t kHostStates = 5;
inline constexpr std::array<std::string_view, kHostStates> kHostStateNames = {
    "expected", "unknown", "silent", "failing", "healthy"};
constexpr std::string_view host_state_name(HostState state) {
  return kHostStateNames[static_cast<std::size_t>(state)];
}

/// The state that a registered slot's byte of planes tells. A host that is not known is kUnknown
/// here; the collector alone tells kExpected from it.
constexpr HostState host_state_of(std::uint8_t planes) {
  if ((planes & plane_bit(Plane::kKnown)) == 0) return HostState::kUnknown;
  if ((planes & plane_bit(Plane::kReporting)) == 0) return HostState::kSilent;
  if ((planes & plane_bit(Plane::kHealthy)) == 0) return HostState::kFailing;
  return HostState::kHealthy;
}

/// The position of `name` in one of the tables above.
template <std::size_t N>
constexpr std::optional<std::size_t> find_name(const std::array<std::string_view, N>& names,
                                               std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

}  // namespace flatline
