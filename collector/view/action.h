#pragma once

// What operators can do to a fleet: the actions, what comes of performing one, and what is
// remembered of it. Plain values, trivially copyable, in whole words.

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"
#include "schema/wire/text.h"

namespace flatline {

/// The numbers are stored: new ones go behind.
enum class ActionKind : std::uint8_t {
  kDrain,     ///< Out of service until a time: consumers leave the host alone.
  kUndrain,   ///< Ends that.
  kForget,    ///< Frees the slot and leaves a tombstone: the host stays out.
  kAdmit,     ///< Lifts the tombstone.
  kReset,     ///< Forgets the order of its snapshots: it starts over.
  kRevoke,    ///< Refuses its credentials below a generation.
  kFreeze,    ///< Asks consumers to hold what they have, until a time.
  kUnfreeze,  ///< Ends that.
  kExpect,    ///< Puts it into the inventory: it has a slot before it is heard.
};
inline constexpr std::size_t kActionKinds = 9;
inline constexpr std::array<std::string_view, kActionKinds> kActionNames = {
    "drain", "undrain", "forget", "admit", "reset", "revoke", "freeze", "unfreeze", "expect"};
constexpr std::string_view action_name(ActionKind kind) {
  return kActionNames[static_cast<std::size_t>(kind)];
}
/// Whether it is in force for a time.
constexpr bool has_end(ActionKind kind) {
  return kind == ActionKind::kDrain || kind == ActionKind::kFreeze;
}
/// Whether it is about one host.
constexpr bool is_about_host(ActionKind kind) {
  return kind != ActionKind::kFreeze && kind != ActionKind::kUnfreeze;
}

using IdempotencyKey = FixedText<kIdempotencyKeyBytes>;
using Why = FixedText<kWhyBytes>;
using By = FixedText<kByBytes>;

/// What an operator asks for.
struct ActionRequest {
  ActionKind kind = ActionKind::kDrain;
  std::uint16_t below = 0;  ///< kRevoke: generations under it; 0 lifts the revocation.
  AgentId agent_id{};       ///< kNone where it is not about one host.
  HostName host{};
  Milliseconds length{0};  ///< Of a drain or freeze.
  IdempotencyKey key{};
  Why why{};
  By by{};
  bool operator==(const ActionRequest&) const = default;
};

/// Of an action that left nothing anywhere.
inline constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};

/// An action that was performed.
struct ActionRecord {
  std::uint64_t number = 0;  ///< Counts from 1; 0: none.
  WallTime at{};
  WallTime until{};          ///< Of a drain or freeze.
  std::uint32_t place = 0;   ///< The slot, or the ban's place, that it was done to.
  std::uint8_t changed = 0;  ///< 0: all was so already.
  std::uint8_t padding[3] = {};
  ActionRequest request;
};
static_assert(std::is_trivially_copyable_v<ActionRecord> && sizeof(ActionRecord) % 8 == 0);

/// What stands against a host until it is lifted.
struct Ban {
  AgentId agent_id{};  ///< kNone: the place is free.
  HostName name;
  std::uint16_t revoked_below = 0;         ///< Generations under it are refused; 0: none.
  std::uint16_t tombstone_generation = 0;  ///< With a tombstone: up to this one.
  std::uint8_t tombstoned = 0;
  std::uint8_t padding[3] = {};
  bool operator==(const Ban&) const = default;
};
static_assert(std::is_trivially_copyable_v<Ban> && sizeof(Ban) % 8 == 0);

/// What consumers are asked to hold still for.
struct Freeze {
  WallTime until{};  ///< In force before it.
  Why why;
  By by;
};
static_assert(std::is_trivially_copyable_v<Freeze> && sizeof(Freeze) % 8 == 0);

enum class ActionResult : std::uint8_t {
  kDone,
  kUnchanged,  ///< All was so already.
  kNoHost,     ///< Nobody of that name is there for it.
  kNoRoom,     ///< The table of bans is full.
  kFleetFull,  ///< Every slot is taken.
  kRepeated,   ///< The same was asked under this key before: nothing was done again.
  kKeyReused,  ///< Something else was.
};

/// What came of it. `place` means what ActionRecord's does.
struct ActionEffect {
  ActionResult result = ActionResult::kDone;
  std::uint32_t place = 0;
};

}  // namespace flatline
