#pragma once

// Who asks, as far as it is proved, and what he may do.

#include <cstdint>
#include <optional>
#include <string>

#include "collector/api/token_bucket.h"
#include "collector/view/action.h"
#include "schema/program/token_list.h"

namespace flatline {

enum class Proof : std::uint8_t {
  kNone,     ///< No token was shown.
  kUnread,   ///< Others can read it on its way, and it is not the read token, which alone is read.
  kHurried,  ///< A token was shown that could be guessed, and its client has guessed too often.
  kWrong,    ///< What was shown is no token of this collector's.
  kExpired,  ///< It was one.
  kHolds     ///< It is one.
};

constexpr bool may_ask_for(Role role, ActionKind kind) {
  if (role == Role::kDrain) return kind == ActionKind::kDrain || kind == ActionKind::kUndrain;
  return role == Role::kOperator;
}

/// Each request is judged by itself: what another one on its connection has shown does not count.
struct Caller {
  Proof proof = Proof::kNone;
  // These three are known with kExpired and kHolds.
  std::string name{};
  Role role = Role::kReader;
  std::optional<WallTime> expires{};
  /// Stands for the token in the place of a client's address, where whoever may change something
  /// has requests of his own.
  ClientAddress room{};
  /// How long its client has to wait because it showed too many wrong tokens, this one among them.
  Duration wait{0};

  [[nodiscard]] bool holds() const { return proof == Proof::kHolds; }
  [[nodiscard]] bool may_act() const { return holds() && role != Role::kReader; }
  [[nodiscard]] bool may(ActionKind kind) const { return holds() && may_ask_for(role, kind); }
};

}  // namespace flatline
