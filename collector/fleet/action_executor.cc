#include "collector/fleet/action_executor.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline {
namespace {

/// FNV-1a, but never 0, which stands for "no key". Only operators choose keys, and a collision
/// costs one comparison, so the hash needs no secret.
std::uint64_t hash_of(const IdempotencyKey& key) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : key.view()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return hash | 1;
}

/// A refused action changes nothing and is not remembered.
bool is_refusal(ActionResult result) {
  return result == ActionResult::kNoHost || result == ActionResult::kNoRoom ||
         result == ActionResult::kFleetFull;
}

/// The end is rounded up to a whole second, since slots keep whole seconds and people see them.
WallTime end_of(const ActionRequest& request, WallTime now) {
  return std::chrono::ceil<std::chrono::seconds>(now + request.length);
}

}  // namespace

ActionExecutor::ActionExecutor(Fleet& fleet, ActionBoard& board)
    : fleet_(fleet), board_(board), key_hashes_(kActions) {}

void ActionExecutor::restore(const ActionRecord& action) {
  const std::uint32_t place = action_place(action.number);
  board_.recent.restore(place, action);
  key_hashes_[place] = hash_of(action.request.key);
  board_.newest_action = std::max(board_.newest_action.load(), action.number);
}

ActionReply ActionExecutor::perform(const ActionRequest& request, WallTime now) {
  if (const auto earlier = find(request.key)) {
    return {earlier->request == request ? ActionResult::kRepeated : ActionResult::kKeyReused,
            *earlier};
  }
  const ActionEffect effect = carry_out(request, now);
  if (is_refusal(effect.result)) return {effect.result, {}};
  ActionRecord action;
  action.number = board_.newest_action + 1;
  action.at = now;
  if (has_end(request.kind)) action.until = end_of(request, now);
  action.place = effect.place;
  action.changed = effect.result == ActionResult::kDone ? 1 : 0;
  action.request = request;
  const std::uint32_t place = action_place(action.number);
  board_.recent.write(place, action);
  board_.newest_action = action.number;
  key_hashes_[place] = hash_of(request.key);
  return {effect.result, action};
}

std::optional<ActionRecord> ActionExecutor::find(const IdempotencyKey& key) const {
  const std::uint64_t hash = hash_of(key);
  for (auto at = std::ranges::find(key_hashes_, hash); at != key_hashes_.end();
       at = std::find(at + 1, key_hashes_.end(), hash)) {
    ActionRecord action;
    const bool whole =
        board_.recent.read(static_cast<std::uint32_t>(at - key_hashes_.begin()), action);
    INVARIANT(whole);  // The only writer is this thread.
    if (action.request.key == key) return action;
  }
  return std::nullopt;
}

ActionEffect ActionExecutor::carry_out(const ActionRequest& request, WallTime now) {
  const WallTime until = end_of(request, now);
  switch (request.kind) {
    case ActionKind::kDrain:
      return fleet_.drain(request.agent_id, until);
    case ActionKind::kUndrain:
      return fleet_.undrain(request.agent_id, now);
    case ActionKind::kForget:
      return fleet_.forget(request.agent_id);
    case ActionKind::kAdmit:
      return fleet_.admit(request.agent_id);
    case ActionKind::kReset:
      return fleet_.reset(request.agent_id, now);
    case ActionKind::kRevoke:
      return fleet_.revoke(request.agent_id, request.host, request.below);
    case ActionKind::kExpect:
      return fleet_.expect(request.agent_id, request.host, now);
    case ActionKind::kFreeze:
      return fleet_.freeze({until, request.why, request.by});
    case ActionKind::kUnfreeze:
      break;
  }
  return fleet_.unfreeze(now);
}

}  // namespace flatline
