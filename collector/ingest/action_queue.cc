#include "collector/ingest/action_queue.h"

#include <algorithm>
#include <utility>

#include "collector/fleet/action_executor.h"

namespace flatline {

void ActionQueue::open(std::function<void()> call) {
  const std::lock_guard guard(mutex_);
  call_ = std::move(call);
}

void ActionQueue::close() {
  {
    const std::lock_guard guard(mutex_);
    closed_ = true;
    call_ = nullptr;
  }
  changed_.notify_all();
}

ActionOutcome ActionQueue::ask(const ActionRequest& request, const ActionNames& names,
                               Milliseconds patience) {
  std::unique_lock guard(mutex_);
  if (closed_) return ActionRefusal::kClosed;
  const auto place = std::ranges::find(places_, State::kFree, &Place::state);
  if (place == places_.end()) return ActionRefusal::kFull;
  place->state = State::kAsked;
  place->turn = ++turn_;
  place->request = request;
  place->names = names;
  if (call_) call_();
  changed_.wait_for(guard, patience, [&] { return closed_ || place->state == State::kAnswered; });
  const bool answered = place->state == State::kAnswered;
  place->state = State::kFree;
  if (answered) return place->answer;
  return closed_ ? ActionRefusal::kClosed : ActionRefusal::kTooLate;
}

ActionQueue::Place* ActionQueue::longest_waiting() {
  Place* found = nullptr;
  for (Place& place : places_) {
    if (place.state != State::kAsked) continue;
    if (found == nullptr || place.turn < found->turn) found = &place;
  }
  return found;
}

std::uint32_t ActionQueue::serve(ActionExecutor& executor, WallTime now, std::uint32_t most) {
  std::uint32_t served = 0;
  std::size_t names = 0;
  {
    const std::unique_lock guard(mutex_, std::try_to_lock);
    if (!guard) return 0;
    for (Place* place;
         served < most && names < kNamesPerAction && (place = longest_waiting()) != nullptr;
         ++served) {
      place->answer = place->names.targets.empty()
                          ? executor.perform(place->request, now)
                          : executor.perform(place->request, place->names, now);
      names += place->names.targets.size();
      place->state = State::kAnswered;
    }
  }
  if (served > 0) changed_.notify_all();
  return served;
}

}  // namespace flatline
