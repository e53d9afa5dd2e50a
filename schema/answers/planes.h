#pragma once

// Planes, flags and states of a view, which collector and readers share. The enumerators' numbers
// are in the bitmap answer (CONTRACT.md, "The bitmap answer").

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flatline {

/// The bitmaps of a view, each with one bit per slot. The first eight are, in this order, the bits
/// of a slot's byte.
enum class Plane : std::uint8_t {
  kRegistered,  ///< A host has this slot.
  kKnown,       ///< The collector can judge it: heard since start, or silent for a window since.
                ///< A host whose checks have no result yet is known when they have.
  kReporting,   ///< Known, and heard within its window.
  kHealthy,     ///< Reporting, and no check CRITICAL or UNKNOWN; PENDING ones leave it as it was.
                ///< *The* bitmap.
  kWarning,     ///< Reporting, and some check WARNING.
  kDrained,     ///< Taken out of service by an operator.
  kFlapping,    ///< Changes its verdict often.
  kConflict,    ///< Two machines speak with one credential.
  kAwaited,     ///< Expected by an operator (inventory), and not heard since.
};
inline constexpr std::size_t kPlanes = 9;
inline constexpr std::array<std::string_view, kPlanes> kPlaneNames = {
    "registered", "known",    "reporting", "healthy", "warning",
    "drained",    "flapping", "conflict",  "awaited"};
constexpr std::string_view plane_name(Plane plane) {
  return kPlaneNames[static_cast<std::size_t>(plane)];
}

/// A slot's planes are stored in one byte, which has no bit for kAwaited. Only a host that is
/// reporting can be warning, and only one that is not can be awaited. So without the bit of
/// kReporting the bit of kConflict stands for kAwaited, and that of kWarning for kConflict.
inline constexpr std::size_t kSlotPlanes = 8;
constexpr std::uint8_t plane_bit(Plane plane) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(plane));
}
/// Whether a slot's byte tells that its host is in a plane.
constexpr bool is_in(std::uint8_t planes, Plane plane) {
  const auto has = [planes](Plane bit) { return (planes & plane_bit(bit)) != 0; };
  const bool reports = has(Plane::kReporting);
  if (plane == Plane::kWarning) return reports && has(Plane::kWarning);
  if (plane == Plane::kConflict) return has(reports ? Plane::kConflict : Plane::kWarning);
  if (plane == Plane::kAwaited) return !reports && has(Plane::kConflict);
  return has(plane);
}

/// What stands beside the bitmap when it should be read with care.
enum class Flag : std::uint8_t {
  kWarming,   ///< Less than one window since start.
  kBlind,     ///< The collector has reason to doubt itself.
  kPanic,     ///< Too few hosts are healthy: consumers should fail open.
  kFrozen,    ///< Operators ask consumers to hold what they have.
  kDegraded,  ///< Storage or another soft dependency is failing.
};
inline constexpr std::size_t kFlags = 5;
constexpr std::uint32_t flag_bit(Flag flag) {
  return 1U << static_cast<unsigned>(flag);
}
inline constexpr std::array<std::string_view, kFlags> kFlagNames = {"warming", "blind", "panic",
                                                                    "frozen", "degraded"};

/// What people are told of a host: the first of these that applies.
enum class HostState : std::uint8_t {
  kExpected,  ///< Expected by an operator, not heard yet, and still within its grace.
  kUnknown,   ///< Registered, and not judged yet: not heard since the collector's start, less than
              ///< a window ago, or heard without a result of its checks.
  kMissing,   ///< Expected by an operator, and not heard within its grace.
  kSilent,    ///< Known and not reporting.
  kFailing,   ///< Reporting and not healthy.
  kHealthy,
};
inline constexpr std::size_t kHostStates = 6;
inline constexpr std::array<std::string_view, kHostStates> kHostStateNames = {
    "expected", "unknown", "missing", "silent", "failing", "healthy"};
constexpr std::string_view host_state_name(HostState state) {
  return kHostStateNames[static_cast<std::size_t>(state)];
}

/// The state that a registered slot's byte tells.
constexpr HostState host_state_of(std::uint8_t planes) {
  const bool awaited = is_in(planes, Plane::kAwaited);
  if (!is_in(planes, Plane::kKnown)) return awaited ? HostState::kExpected : HostState::kUnknown;
  if (awaited) return HostState::kMissing;
  if (!is_in(planes, Plane::kReporting)) return HostState::kSilent;
  if (!is_in(planes, Plane::kHealthy)) return HostState::kFailing;
  return HostState::kHealthy;
}

/// The position of `name` in one of the tables above; nothing if it is not there.
template <std::size_t N>
constexpr std::optional<std::size_t> find_name(const std::array<std::string_view, N>& names,
                                               std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

}  // namespace flatline
