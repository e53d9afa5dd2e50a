#include "collector/fleet/action_executor.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline {
namespace {

/// FNV-1a of the key and of whose it is, but never 0, which stands for "no key". Only operators
/// choose keys, and a collision costs one comparison, so the hash needs no secret.
std::uint64_t hash_of(const ActionRequest& request) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  };
  add(request.token_name.view());
  add("\n");
  add(request.key.view());
  return hash | 1;
}

/// Whether two requests came under the same key. A key is its token's own: whoever shows another
/// token may use the same text, and neither gets the other's answer nor hinders him.
bool is_same_key(const ActionRequest& one, const ActionRequest& other) {
  return one.key == other.key && one.token_name == other.token_name;
}

/// A refused action changes nothing and is not remembered.
bool is_refusal(ActionResult result) {
  return result == ActionResult::kNoHost || result == ActionResult::kNoRoom ||
         result == ActionResult::kFleetFull;
}

/// The end is rounded up to a whole second, since slots keep whole seconds and people see them. A
/// length counts from the beginning.
WallTime end_of(const ActionRequest& request, WallTime now) {
  const WallTime begin = request.from != WallTime{} ? request.from : now;
  const WallTime end = request.until != WallTime{} ? request.until : begin + request.length;
  return std::chrono::ceil<std::chrono::seconds>(end);
}

ActionRecord begin(const ActionRequest& request, WallTime now) {
  ActionRecord action;
  action.at = now;
  if (has_end(request.kind)) action.until = end_of(request, now);
  action.request = request;
  return action;
}

/// How a request stands to an earlier one of the same key.
enum class Standing : std::uint8_t {
  kRepeats,    ///< It is the same, or an earlier part.
  kContinues,  ///< It is the next part of the same command.
  kLeavesGap,  ///< It is a later part of the same command than the next.
  kDiffers
};

Standing standing_of(const ActionRequest& asked, const ActionRequest& earlier) {
  const bool same_command = asked.kind == earlier.kind && asked.below == earlier.below &&
                            asked.length == earlier.length && asked.until == earlier.until &&
                            asked.from == earlier.from && asked.why == earlier.why &&
                            asked.by == earlier.by;
  if (!same_command) return Standing::kDiffers;
  if (asked.part > earlier.part) {
    return asked.part == earlier.part + 1 ? Standing::kContinues : Standing::kLeavesGap;
  }
  // Of parts before the last nothing is known but that they came.
  if (asked.part < earlier.part) return Standing::kRepeats;
  const bool same_names =
      asked.names_hash == earlier.names_hash &&
      (asked.names_hash != 0 || (asked.host == earlier.host && asked.agent_id == earlier.agent_id));
  return same_names ? Standing::kRepeats : Standing::kDiffers;
}

}  // namespace

ActionExecutor::ActionExecutor(Fleet& fleet, ActionBoard& board)
    : fleet_(fleet),
      board_(board),
      key_hashes_(kActions),
      ends_(kActions),
      answered_(kActionsAnswered) {}

void ActionExecutor::restore(const ActionRecord& action) {
  const std::uint32_t place = action_place(action.number);
  board_.recent.restore(place, action);
  ends_.note(place, action);
  key_hashes_[place] = hash_of(action.request);
  board_.newest_action = std::max(board_.newest_action.load(), action.number);
  turn_ = std::max(turn_, action.number);
}

ActionReply ActionExecutor::perform(const ActionRequest& request, WallTime now) {
  if (!is_about_host(request.kind)) return perform(request, ActionNames{}, now);
  const ActionTarget target{request.agent_id, request.host};
  NameOutcome outcome;
  ActionReply reply = perform(request, ActionNames{{&target, 1}, {&outcome, 1}}, now);
  if (is_refusal(outcome.result)) return {outcome.result, {}, {}};
  reply.shortened = outcome.shortened;
  return reply;
}

ActionReply ActionExecutor::perform(const ActionRequest& request, const ActionNames& names,
                                    WallTime now) {
  const auto earlier = find(request);
  if (const auto reply = answer_from_memory(request, names, earlier)) return *reply;
  ActionRecord action = earlier ? *earlier : begin(request, now);
  if (!earlier && request.kind == ActionKind::kDrain) {
    action.until = ends_.distinct(action.until, names.targets.size() > 1);
  }
  action.request.part = request.part;
  action.request.names_hash = request.names_hash;
  action.names += static_cast<std::uint32_t>(names.targets.size());
  std::uint32_t changed = 0;
  ActionReply reply{ActionResult::kUnchanged, {}, {}};
  bool refused = true;
  const auto note = [&](const ActionEffect& effect) {
    if (action.changed + changed == 0 && !is_refusal(effect.result)) action.place = effect.place;
    changed += effect.result == ActionResult::kDone ? 1 : 0;
    refused = refused && is_refusal(effect.result);
  };
  for (std::size_t i = 0; i < names.targets.size(); ++i) {
    const ActionEffect effect = carry_out(request, names.targets[i], action.until, now);
    names.outcomes[i] = {effect.result, effect.shortened};
    note(effect);
  }
  if (names.targets.empty()) {
    const ActionEffect effect = carry_out(request, {}, action.until, now);
    note(effect);
    reply.shortened = effect.shortened;
  }
  action.changed += changed;
  if (changed > 0) reply.result = ActionResult::kDone;
  // A record that there is follows its command's parts, whether or not this one changed anything.
  if (changed > 0 || earlier) record(action);
  reply.action = action;
  if (refused && !earlier) return reply;
  remember(request, reply, names);
  return reply;
}

std::optional<ActionReply> ActionExecutor::answer_from_memory(
    const ActionRequest& request, const ActionNames& names,
    const std::optional<ActionRecord>& earlier) const {
  const Answered* const answered = find_answered(request);
  if (answered != nullptr && answered->request == request &&
      answered->names == names.targets.size()) {
    std::copy_n(answered->outcomes.begin(), answered->names, names.outcomes.begin());
    ActionReply reply = answered->reply;
    // The record may have grown since by later parts.
    if (earlier && earlier->number == reply.action.number) reply.action = *earlier;
    reply.result = ActionResult::kRepeated;
    return reply;
  }
  if (!earlier && answered == nullptr) return std::nullopt;
  const ActionRecord& before = earlier ? *earlier : answered->reply.action;
  std::fill(names.outcomes.begin(), names.outcomes.end(),
            NameOutcome{ActionResult::kUnremembered, {}});
  switch (standing_of(request, earlier ? earlier->request : answered->request)) {
    case Standing::kRepeats:
      return ActionReply{ActionResult::kRepeated, before, {}};
    case Standing::kLeavesGap:
      return ActionReply{ActionResult::kPartMissing, before, {}};
    case Standing::kDiffers:
      return ActionReply{ActionResult::kKeyReused, before, {}};
    case Standing::kContinues:
      break;
  }
  return std::nullopt;
}

void ActionExecutor::record(ActionRecord& action) {
  const bool is_new = action.number == 0;
  if (is_new) action.number = board_.newest_action + 1;
  action.turn = ++turn_;
  const std::uint32_t place = action_place(action.number);
  board_.recent.write(place, action);
  ends_.note(place, action);
  if (!is_new) return;
  board_.newest_action = action.number;
  key_hashes_[place] = hash_of(action.request);
}

void ActionExecutor::remember(const ActionRequest& request, const ActionReply& reply,
                              const ActionNames& names) {
  Answered& answered = answered_[next_answered_];
  next_answered_ = (next_answered_ + 1) % answered_.size();
  answered.request = request;
  answered.reply = reply;
  answered.names = static_cast<std::uint32_t>(names.outcomes.size());
  std::copy(names.outcomes.begin(), names.outcomes.end(), answered.outcomes.begin());
}

/// The newest counts: of several parts under one key, the last.
const ActionExecutor::Answered* ActionExecutor::find_answered(const ActionRequest& request) const {
  for (std::size_t back = 1; back <= answered_.size(); ++back) {
    const Answered& answered =
        answered_[(next_answered_ + answered_.size() - back) % answered_.size()];
    if (!request.key.empty() && is_same_key(answered.request, request)) return &answered;
  }
  return nullptr;
}

std::optional<ActionRecord> ActionExecutor::find(const ActionRequest& request) const {
  const std::uint64_t hash = hash_of(request);
  for (auto at = std::ranges::find(key_hashes_, hash); at != key_hashes_.end();
       at = std::find(at + 1, key_hashes_.end(), hash)) {
    ActionRecord action;
    const bool whole =
        board_.recent.read(static_cast<std::uint32_t>(at - key_hashes_.begin()), action);
    INVARIANT(whole);  // The only writer is this thread.
    if (is_same_key(action.request, request)) return action;
  }
  return std::nullopt;
}

ActionEffect ActionExecutor::carry_out(const ActionRequest& request, const ActionTarget& target,
                                       WallTime until, WallTime now) {
  const AgentId agent = target.agent_id;
  switch (request.kind) {
    case ActionKind::kDrain:
      return fleet_.drain(agent, until, request.from, now);
    case ActionKind::kUndrain:
      return fleet_.undrain(agent, now);
    case ActionKind::kForget:
      return fleet_.forget(agent);
    case ActionKind::kAdmit:
      return fleet_.admit(agent);
    case ActionKind::kReset:
      return fleet_.reset(agent, now);
    case ActionKind::kRevoke:
      return fleet_.revoke(agent, target.host, request.below);
    case ActionKind::kExpect:
      return fleet_.expect(agent, target.host, now);
    case ActionKind::kUnexpect:
      return fleet_.unexpect(agent);
    case ActionKind::kFreeze:
      return fleet_.freeze({until, request.why, request.by, request.token_name});
    case ActionKind::kUnfreeze:
      break;
  }
  return fleet_.unfreeze(now);
}

}  // namespace flatline
