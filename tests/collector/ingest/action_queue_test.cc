// Levers between threads: answered by the loop, refused when it is full, late or over; and never is
// the loop kept waiting.

#include "collector/ingest/action_queue.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr Milliseconds kLong = 20s;

struct Desk {
  FleetDriver fleet;
  LeverDesk desk{fleet.fleet, fleet.roster.levers()};
  LeverMailbox mailbox;

  /// What the loop does when it comes by.
  std::uint32_t serve(std::uint32_t most = kLeversPerTick) {
    return mailbox.serve(desk, fleet.arrival().wall, most);
  }
  /// Comes by until `count` were served.
  void serve_all(std::uint32_t count) {
    while (count > 0) count -= serve();
  }
};

Lever freeze_for(Milliseconds length, const std::string& key) {
  Lever lever{LeverKind::kFreeze, 0, AgentId::kNone, {}, length};
  lever.key = IdempotencyKey{key};
  return lever;
}

LeverResult result_of(const LeverMailbox::Answer& answer) {
  REQUIRE(std::holds_alternative<LeverAnswer>(answer));
  return std::get<LeverAnswer>(answer).result;
}

LeverMailbox::Refusal refusal_of(const LeverMailbox::Answer& answer) {
  REQUIRE(std::holds_alternative<LeverMailbox::Refusal>(answer));
  return std::get<LeverMailbox::Refusal>(answer);
}

}  // namespace

TEST_CASE("who asks calls the loop, and gets the answer to its own lever") {
  Desk desk;
  std::atomic<int> calls{0};
  desk.mailbox.open([&] { ++calls; });
  std::vector<std::future<LeverMailbox::Answer>> asked;
  for (int i = 0; i < 8; ++i) {
    asked.push_back(std::async(std::launch::async, [&desk, i] {
      return desk.mailbox.ask(freeze_for(i * 1s, "key-" + std::to_string(i)), kLong);
    }));
  }
  desk.serve_all(8);
  for (int i = 0; i < 8; ++i) {
    const auto answer = asked[static_cast<std::size_t>(i)].get();
    CHECK(result_of(answer) == LeverResult::kDone);
    CHECK(std::get<LeverAnswer>(answer).action.lever.length == i * 1s);
  }
  CHECK(calls == 8);
  CHECK(desk.serve() == 0);
}

TEST_CASE("a lever that the loop did not come by for was never pulled") {
  Desk desk;
  CHECK(refusal_of(desk.mailbox.ask(freeze_for(1h, "late"), 1ms)) ==
        LeverMailbox::Refusal::kTooLate);
  CHECK(desk.serve() == 0);
  desk.fleet.tick();
  CHECK_FALSE(desk.fleet.flagged(Flag::kFrozen));
}

TEST_CASE("the loop pulls no more than it is told, the longest waiting first") {
  Desk desk;
  std::vector<std::future<LeverMailbox::Answer>> asked;
  std::atomic<int> calls{0};
  desk.mailbox.open([&] { ++calls; });
  for (int i = 0; i < 3; ++i) {
    asked.push_back(std::async(std::launch::async, [&desk, i] {
      return desk.mailbox.ask(freeze_for(1h, "key-" + std::to_string(i)), kLong);
    }));
    while (calls <= i) std::this_thread::yield();
  }
  for (std::uint64_t i = 0; i < 3; ++i) {
    while (desk.serve(1) == 0) {
    }
    CHECK(std::get<LeverAnswer>(asked[i].get()).action.number == i + 1);
  }
}

TEST_CASE("when every place is taken the next is refused at once; closing refuses them all") {
  Desk desk;
  std::atomic<std::size_t> calls{0};
  desk.mailbox.open([&] { ++calls; });
  std::vector<std::future<LeverMailbox::Answer>> asked;
  for (std::size_t i = 0; i < kLeverPlaces; ++i) {
    asked.push_back(std::async(std::launch::async, [&desk, i] {
      return desk.mailbox.ask(freeze_for(1h, "key-" + std::to_string(i)), kLong);
    }));
  }
  while (calls < kLeverPlaces) std::this_thread::yield();
  CHECK(refusal_of(desk.mailbox.ask(freeze_for(1h, "more"), kLong)) ==
        LeverMailbox::Refusal::kFull);
  desk.mailbox.close();
  for (auto& answer : asked) {
    CHECK(refusal_of(answer.get()) == LeverMailbox::Refusal::kClosed);
  }
  CHECK(refusal_of(desk.mailbox.ask(freeze_for(1h, "after"), kLong)) ==
        LeverMailbox::Refusal::kClosed);
  CHECK(desk.serve() == 0);
}
