#pragma once

// What a check can say of a host. The enumerators' numbers go over the wire (CONTRACT.md, "The
// snapshot").

#include <cstdint>
#include <optional>
#include <string_view>

namespace flatline {

enum class CheckState : std::uint8_t {
  kNone = 0,  ///< An unused place. It is zero so that zeroed memory is never healthy.
  kOk = 1,
  kWarning = 2,
  kCritical = 3,
  kUnknown = 4,
  kPending = 5,  ///< No result yet since the agent's start or reload.
};
inline constexpr std::uint8_t kCheckStates = 6;

/// Whether a check in this state makes its host fail: CRITICAL and UNKNOWN do.
constexpr bool is_failing(CheckState state) {
  return state == CheckState::kCritical || state == CheckState::kUnknown;
}

/// How bad a state is, in the order of monitoring plugins: OK, WARNING, UNKNOWN, CRITICAL. NONE and
/// PENDING are no verdicts and count as little as OK.
constexpr int badness(CheckState state) {
  switch (state) {
    case CheckState::kCritical:
      return 3;
    case CheckState::kUnknown:
      return 2;
    case CheckState::kWarning:
      return 1;
    default:
      return 0;
  }
}

/// `NONE`, `OK`, `WARNING`, `CRITICAL`, `UNKNOWN`, `PENDING`.
constexpr std::string_view check_state_name(CheckState state) {
  constexpr std::string_view kNames[kCheckStates] = {"NONE",     "OK",      "WARNING",
                                                     "CRITICAL", "UNKNOWN", "PENDING"};
  return kNames[static_cast<std::uint8_t>(state)];
}

}  // namespace flatline
