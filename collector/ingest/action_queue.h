#pragma once

// Actions on their way from any thread to the loop's, and their answers back: a few places, and a
// deadline for who waits. The loop never waits: should a waiter hold the lock this very moment, it
// looks again at its next beat.

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
  /// `call` makes the loop come by soon. From any thread, never blocks.
  void open(std::function<void()> call);
  /// Refuses whoever waits and whoever comes: the loop does not come by any more.
  void close();

  /// Any thread but the loop's.
  [[nodiscard]] ActionOutcome ask(const ActionRequest& request, Milliseconds patience);

  /// The loop's alone: performs up to `most` actions, the longest waiting first, and returns how
  /// many. Allocates nothing, never blocks.
  std::uint32_t serve(ActionExecutor& executor, WallTime now, std::uint32_t most);

 private:
  enum class State : std::uint8_t { kFree, kAsked, kAnswered };
  struct Place {
    State state = State::kFree;
    std::uint64_t turn = 0;
    ActionRequest request;
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
