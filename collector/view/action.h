#pragma once

// What operators can do to a fleet (CONTRACT.md, "Actions"): the actions, what comes of one, and
// what is remembered of it. These are plain values; those that are stored or shared between threads
// are trivially copyable and whole words.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "schema/access_limits.h"
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
  kUnexpect,  ///< Takes it out again, unless it was heard since.
};
inline constexpr std::size_t kActionKinds = 10;
inline constexpr std::array<std::string_view, kActionKinds> kActionNames = {
    "drain",  "undrain", "forget",   "admit",  "reset",
    "revoke", "freeze",  "unfreeze", "expect", "unexpect"};
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
using TokenName = FixedText<kTokenNameBytes>;

/// What an operator asks for.
struct ActionRequest {
  ActionKind kind = ActionKind::kDrain;
  std::uint16_t below = 0;  ///< With kRevoke: the first generation that is good; 0 lifts it.
  AgentId agent_id{};       ///< kNone if the action is not about one host.
  HostName host{};
  Milliseconds length{0};  ///< How long a drain or freeze lasts.
  IdempotencyKey key{};
  Why why{};
  By by{};                 ///< Who asks, as they call themselves.
  TokenName token_name{};  ///< Whose token was shown: who proved to be who.
  WallTime until{};  ///< When a drain or freeze shall end, if the request says that; else zero.
  WallTime from{};   ///< When a drain shall begin, if that is later than the request; else zero.
  /// Which part of a command this is: one for more names than a request can hold comes in parts
  /// under one key, counted from 1.
  std::uint32_t part = 1;
  /// Stands for the names of the part. 0 where it has one name, which is `host`, or none.
  std::uint64_t names_hash = 0;
  bool operator==(const ActionRequest&) const = default;
};

/// A host that an action is about.
struct ActionTarget {
  AgentId agent_id{};
  HostName host;
};

/// Where one request is about many hosts: those, and where to put what came of each. Both lists
/// have the same length.
struct NameOutcome;
struct ActionNames {
  std::span<const ActionTarget> targets;
  std::span<NameOutcome> outcomes;
};

/// The `place` of an action that has none: forgetting an awaited host leaves neither slot nor ban.
inline constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};

/// An action that was done. What changed nothing is not recorded.
struct ActionRecord {
  std::uint64_t number = 0;  ///< Counts from 1; 0 means that there is no action.
  WallTime at{};
  WallTime until{};           ///< When a drain or freeze ends; otherwise zero.
  std::uint32_t place = 0;    ///< Slot, or place in the table of bans, that it was done to first.
  std::uint32_t changed = 0;  ///< For how many names it changed something; of a freeze, 1.
  std::uint32_t names = 0;    ///< How many names all its parts had.
  std::uint32_t padding = 0;
  /// Grows with every change of any record, so that one can ask whether a change is on the disk. It
  /// is not stored: what was read from the disk has its number here.
  std::uint64_t turn = 0;
  ActionRequest request;  ///< With the first part's first host, and the last part's names_hash.
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
  TokenName token_name{};
};
static_assert(std::is_trivially_copyable_v<Freeze> && sizeof(Freeze) % 8 == 0);

enum class ActionResult : std::uint8_t {
  kDone,
  kUnchanged,     ///< All was so already.
  kNoHost,        ///< There is no host of that name, or none that the action fits.
  kNoRoom,        ///< The table of bans is full.
  kFleetFull,     ///< Every slot is taken.
  kRepeated,      ///< The same was asked under this key before, so nothing was done again.
  kKeyReused,     ///< Something else was asked under this key before, so nothing was done.
  kPartMissing,   ///< An earlier part of the command has not come, so nothing was done.
  kUnremembered,  ///< Of a name: it was asked before, and what came of it is not remembered.
};

/// What the fleet did. `place` means what ActionRecord::place does.
struct ActionEffect {
  ActionResult result = ActionResult::kDone;
  std::uint32_t place = 0;
  /// When the drain or freeze would have ended that was in force before, if that is later than the
  /// new one ends.
  WallTime shortened{};
};

/// What came of an action for one of its names.
struct NameOutcome {
  ActionResult result = ActionResult::kDone;
  WallTime shortened{};  ///< As in ActionEffect.
};

/// The answer to who asked. With kDone, kUnchanged and kRepeated, `action` is what was done; with
/// kKeyReused and kPartMissing, it is what the key was used for earlier; with any other result it
/// is empty. It has no number if it is not recorded.
struct ActionReply {
  ActionResult result = ActionResult::kDone;
  ActionRecord action;
  WallTime shortened{};  ///< As in ActionEffect, of an action that is not about many names.
};

/// Why an action was not even tried: nothing was done, and nothing will be.
enum class ActionRefusal : std::uint8_t {
  kFull,     ///< As many others wait as may.
  kTooLate,  ///< The loop did not come by in time.
  kClosed    ///< The collector is stopping.
};
using ActionOutcome = std::variant<ActionReply, ActionRefusal>;

}  // namespace flatline
