// The action queue: the loop answers actions, a full, late or closed queue refuses them, and the
// loop never waits.

#include "collector/ingest/action_queue.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "collector/fleet/action_executor.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr Milliseconds kLong = 1min;

struct Executor {
  FleetDriver fleet;
  ActionExecutor executor{fleet.fleet, fleet.host_table.actions()};
  ActionQueue queue;

  /// Does what the loop does when it is called.
  std::uint32_t serve(std::uint32_t most = kActionsPerTick) {
    return queue.serve(executor, fleet.arrival().wall, most);
  }
  /// Serves until `count` actions are done.
  void serve_all(std::uint32_t count) {
    while (count > 0) count -= serve();
  }
};

ActionRequest freeze_for(Milliseconds length, const std::string& key) {
  ActionRequest request{ActionKind::kFreeze, 0, AgentId::kNone, {}, length};
  request.key = IdempotencyKey{key};
  return request;
}

ActionResult result_of(const ActionOutcome& answer) {
  REQUIRE(std::holds_alternative<ActionReply>(answer));
  return std::get<ActionReply>(answer).result;
}

ActionRefusal refusal_of(const ActionOutcome& answer) {
  REQUIRE(std::holds_alternative<ActionRefusal>(answer));
  return std::get<ActionRefusal>(answer);
}

}  // namespace

TEST_CASE("who asks calls the loop, and gets the answer to its own action") {
  Executor executor;
  std::atomic<int> calls{0};
  executor.queue.open([&] { ++calls; });
  std::vector<std::future<ActionOutcome>> asked;
  for (int i = 0; i < 8; ++i) {
    asked.push_back(std::async(std::launch::async, [&executor, i] {
      return executor.queue.ask(freeze_for(i * 1s, "key-" + std::to_string(i)), kLong);
    }));
  }
  executor.serve_all(8);
  for (int i = 0; i < 8; ++i) {
    const auto answer = asked[static_cast<std::size_t>(i)].get();
    CHECK(result_of(answer) == ActionResult::kDone);
    CHECK(std::get<ActionReply>(answer).action.request.length == i * 1s);
  }
  CHECK(calls == 8);
  CHECK(executor.serve() == 0);
}

TEST_CASE("an action that the loop did not come by for was never performed") {
  Executor executor;
  CHECK(refusal_of(executor.queue.ask(freeze_for(1h, "late"), 1ms)) == ActionRefusal::kTooLate);
  CHECK(executor.serve() == 0);
  executor.fleet.tick();
  CHECK_FALSE(executor.fleet.flagged(Flag::kFrozen));
}

TEST_CASE("the loop performs no more than it is told, the longest waiting first") {
  Executor executor;
  std::vector<std::future<ActionOutcome>> asked;
  std::atomic<int> calls{0};
  executor.queue.open([&] { ++calls; });
  for (int i = 0; i < 3; ++i) {
    asked.push_back(std::async(std::launch::async, [&executor, i] {
      return executor.queue.ask(freeze_for(1h, "key-" + std::to_string(i)), kLong);
    }));
    while (calls <= i) std::this_thread::yield();
  }
  for (std::uint64_t i = 0; i < 3; ++i) {
    while (executor.serve(1) == 0) {
    }
    CHECK(std::get<ActionReply>(asked[i].get()).action.number == i + 1);
  }
}

TEST_CASE("when every place is taken the next is refused at once; closing refuses them all") {
  Executor executor;
  std::atomic<std::size_t> calls{0};
  executor.queue.open([&] { ++calls; });
  std::vector<std::future<ActionOutcome>> asked;
  for (std::size_t i = 0; i < kActionQueuePlaces; ++i) {
    asked.push_back(std::async(std::launch::async, [&executor, i] {
      return executor.queue.ask(freeze_for(1h, "key-" + std::to_string(i)), kLong);
    }));
  }
  while (calls < kActionQueuePlaces) std::this_thread::yield();
  CHECK(refusal_of(executor.queue.ask(freeze_for(1h, "more"), kLong)) == ActionRefusal::kFull);
  executor.queue.close();
  for (auto& answer : asked) {
    CHECK(refusal_of(answer.get()) == ActionRefusal::kClosed);
  }
  CHECK(refusal_of(executor.queue.ask(freeze_for(1h, "after"), kLong)) == ActionRefusal::kClosed);
  CHECK(executor.serve() == 0);
}
