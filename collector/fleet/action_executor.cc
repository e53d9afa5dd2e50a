#include "collector/fleet/action_executor.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline {
namespace {

/// FNV-1a; never 0. Keys come from operators, and a collision costs one comparison.
std::uint64_t hash_of(const IdempotencyKey& key) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : key.view()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return hash | 1;
}

/// Whether nothing was done, and nothing is to be remembered.
bool is_refusal(LeverResult result) {
  return result == LeverResult::kNoHost || result == LeverResult::kNoRoom ||
         result == LeverResult::kFleetFull;
}

/// A whole second, not before what was asked for: as people see it, and as slots keep it.
WallTime end_of(const Lever& lever, WallTime now) {
  return std::chrono::ceil<std::chrono::seconds>(now + lever.length);
}

}  // namespace

LeverDesk::LeverDesk(Fleet& fleet, LeverBoard& board)
    : fleet_(fleet), board_(board), key_hashes_(kActions) {}

void LeverDesk::restore(const Action& action) {
  const std::uint32_t place = action_place(action.number);
  board_.actions.restore(place, action);
  key_hashes_[place] = hash_of(action.lever.key);
  board_.newest_action = std::max(board_.newest_action.load(), action.number);
}

LeverAnswer LeverDesk::pull(const Lever& lever, WallTime now) {
  if (const auto earlier = find(lever.key)) {
    return {earlier->lever == lever ? LeverResult::kRepeated : LeverResult::kKeyReused, *earlier};
  }
  const LeverEffect effect = carry_out(lever, now);
  if (is_refusal(effect.result)) return {effect.result, {}};
  Action action;
  action.number = board_.newest_action + 1;
  action.at = now;
  if (has_end(lever.kind)) action.until = end_of(lever, now);
  action.place = effect.place;
  action.changed = effect.result == LeverResult::kDone ? 1 : 0;
  action.lever = lever;
  const std::uint32_t place = action_place(action.number);
  board_.actions.write(place, action);
  board_.newest_action = action.number;
  key_hashes_[place] = hash_of(lever.key);
  return {effect.result, action};
}

std::optional<Action> LeverDesk::find(const IdempotencyKey& key) const {
  const std::uint64_t hash = hash_of(key);
  for (auto at = std::ranges::find(key_hashes_, hash); at != key_hashes_.end();
       at = std::find(at + 1, key_hashes_.end(), hash)) {
    Action action;
    const bool whole =
        board_.actions.read(static_cast<std::uint32_t>(at - key_hashes_.begin()), action);
    INVARIANT(whole);  // The only writer is this thread.
    if (action.lever.key == key) return action;
  }
  return std::nullopt;
}

LeverEffect LeverDesk::carry_out(const Lever& lever, WallTime now) {
  const WallTime until = end_of(lever, now);
  switch (lever.kind) {
    case LeverKind::kDrain:
      return fleet_.drain(lever.agent_id, until);
    case LeverKind::kUndrain:
      return fleet_.undrain(lever.agent_id, now);
    case LeverKind::kForget:
      return fleet_.forget(lever.agent_id);
    case LeverKind::kAdmit:
      return fleet_.admit(lever.agent_id);
    case LeverKind::kReset:
      return fleet_.reset(lever.agent_id, now);
    case LeverKind::kRevoke:
      return fleet_.revoke(lever.agent_id, lever.host, lever.below);
    case LeverKind::kExpect:
      return fleet_.expect(lever.agent_id, lever.host, now);
    case LeverKind::kFreeze:
      return fleet_.freeze({until, lever.why, lever.by});
    case LeverKind::kUnfreeze:
      break;
  }
  return fleet_.unfreeze(now);
}

}  // namespace flatline
