#pragma once

// Carries actions from any thread to the loop's thread, and their answers back. It has a few
// places, and whoever waits in one waits with a deadline. The loop never waits: if another thread
// holds the lock just then, the loop comes back at its next beat.

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "collector/view/action.h"

namespace flatline {

class ActionExecutor;

class ActionQueue {
 public:
  /// From now on ask() calls `call`, which has the loop call serve() soon. `call` must be callable
  /// from any thread, and must not block.
  void open(std::function<void()> call);
  /// The loop has ended: refuses every action that waits, and every later one, with kClosed.
  void close();

  /// Waits for the answer, at most for `patience`. Any thread but the loop's may call it.
  [[nodiscard]] ActionOutcome ask(const ActionRequest& request, Milliseconds patience) {
    return ask(request, {}, patience);
  }
  /// The same for an action that is about many hosts, or about one where `names` is empty.
  [[nodiscard]] ActionOutcome ask(const ActionRequest& request, const ActionNames& names,
                                  Milliseconds patience);

  /// Performs up to `most` actions, the longest waiting first, and returns how many it performed.
  /// It ends after the one by which kNamesPerAction names were served, so that datagrams do not
  /// wait long. Only the loop's thread calls it. It allocates nothing and never blocks.
  std::uint32_t serve(ActionExecutor& executor, WallTime now, std::uint32_t most);

 private:
  enum class State : std::uint8_t { kFree, kAsked, kAnswered };
  struct Place {
    State state = State::kFree;
    std::uint64_t turn = 0;
    ActionRequest request;
    ActionNames names;  ///< Of whoever asks, and waits meanwhile.
    ActionReply answer;
  };

  [[nodiscard]] Place* longest_waiting();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Place, kActionQueuePlaces> places_;
  std::function<void()> call_;
  std::uint64_t turn_ = 0;
  bool closed_ = false;
};

}  // namespace flatline
