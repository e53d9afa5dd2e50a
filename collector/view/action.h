#pragma once

// What operators can do to a fleet (CONTRACT.md, "Actions"): the actions, what comes of one, and
// what is remembered of it. These are plain values; those that are stored or shared between threads
// are trivially copyable and whole words.

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"
#include "schema/wire/text.h"

namespace flatline {

/// The journal stores these numbers, so a new kind goes last.
enum class ActionKind : std::uint8_t {
  kDrain,     ///< Takes a host out of service until a time, so that consumers leave it alone.
  kUndrain,   ///< Ends a drain.
  kForget,    ///< Frees the host's slot and leaves a tombstone, which keeps the host out.
  kAdmit,     ///< Lifts the tombstone.
  kReset,     ///< Forgets the order of the host's snapshots, so that any epoch counts next.
  kRevoke,    ///< Refuses the host's credentials below a generation.
  kFreeze,    ///< Asks consumers to hold what they have, until a time.
  kUnfreeze,  ///< Ends the freeze.
  kExpect,    ///< Puts the host into the inventory: it has a slot before it is heard.
};
inline constexpr std::size_t kActionKinds = 9;
inline constexpr std::array<std::string_view, kActionKinds> kActionNames = {
    "drain", "undrain", "forget", "admit", "reset", "revoke", "freeze", "unfreeze", "expect"};
constexpr std::string_view action_name(ActionKind kind) {
  return kActionNames[static_cast<std::size_t>(kind)];
}
/// Whether the action is in force until a time.
constexpr bool has_end(ActionKind kind) {
  return kind == ActionKind::kDrain || kind == ActionKind::kFreeze;
}
/// Whether the action is about one host; the others are about the fleet.
constexpr bool is_about_host(ActionKind kind) {
  return kind != ActionKind::kFreeze && kind != ActionKind::kUnfreeze;
}

using IdempotencyKey = FixedText<kIdempotencyKeyBytes>;
using Why = FixedText<kWhyBytes>;
using By = FixedText<kByBytes>;

/// What an operator asks for.
struct ActionRequest {
  ActionKind kind = ActionKind::kDrain;
  std::uint16_t below = 0;  ///< With kRevoke: the first generation that is good; 0 lifts it.
  AgentId agent_id{};       ///< kNone if the action is not about one host.
  HostName host{};
  Milliseconds length{0};  ///< How long a drain or freeze lasts.
  IdempotencyKey key{};
  Why why{};
  By by{};
  bool operator==(const ActionRequest&) const = default;
};

/// The `place` of an action that has none: forgetting an awaited host leaves neither slot nor ban.
inline constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};

/// An action that was done.
struct ActionRecord {
  std::uint64_t number = 0;  ///< Counts from 1; 0 means that there is no action.
  WallTime at{};
  WallTime until{};          ///< When a drain or freeze ends; otherwise zero.
  std::uint32_t place = 0;   ///< The slot, or the place in the table of bans, that it was done to.
  std::uint8_t changed = 0;  ///< 0 if it changed nothing, because all was so already.
  std::uint8_t padding[3] = {};
  ActionRequest request;
};
static_assert(std::is_trivially_copyable_v<ActionRecord> && sizeof(ActionRecord) % 8 == 0);

/// Why a host's datagrams are refused until an operator lifts it: a revocation, a tombstone, or
/// both.
struct Ban {
  AgentId agent_id{};  ///< kNone if the place is free.
  HostName name;
  std::uint16_t revoked_below = 0;         ///< Generations under it are refused; 0 refuses none.
  std::uint16_t tombstone_generation = 0;  ///< A tombstone refuses generations up to this one.
  std::uint8_t tombstoned = 0;             ///< 1 if there is a tombstone.
  std::uint8_t padding[3] = {};
  bool operator==(const Ban&) const = default;
};
static_assert(std::is_trivially_copyable_v<Ban> && sizeof(Ban) % 8 == 0);

/// An operator's request that consumers hold what they have.
struct Freeze {
  WallTime until{};  ///< When it ends; a time that is past means that there is no freeze.
  Why why;
  By by;
};
static_assert(std::is_trivially_copyable_v<Freeze> && sizeof(Freeze) % 8 == 0);

enum class ActionResult : std::uint8_t {
  kDone,
  kUnchanged,  ///< All was so already.
  kNoHost,     ///< There is no host of that name, or none that the action fits.
  kNoRoom,     ///< The table of bans is full.
  kFleetFull,  ///< Every slot is taken.
  kRepeated,   ///< The same was asked under this key before, so nothing was done again.
  kKeyReused,  ///< Something else was asked under this key before, so nothing was done.
};

/// What the fleet did. `place` means what ActionRecord::place does.
struct ActionEffect {
  ActionResult result = ActionResult::kDone;
  std::uint32_t place = 0;
};

/// The answer to who asked. With kDone, kUnchanged and kRepeated, `action` is what was done; with
/// kKeyReused, it is what the key was used for earlier; with any other result it is empty.
struct ActionReply {
  ActionResult result = ActionResult::kDone;
  ActionRecord action;
};

/// Why an action was not even tried: nothing was done, and nothing will be.
enum class ActionRefusal : std::uint8_t {
  kFull,     ///< As many others wait as may.
  kTooLate,  ///< The loop did not come by in time.
  kClosed    ///< The collector is stopping.
};
using ActionOutcome = std::variant<ActionReply, ActionRefusal>;

}  // namespace flatline
