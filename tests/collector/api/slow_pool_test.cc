// Lanes: bounded, each job once, and told when it comes too late.

#include "collector/api/slow_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

namespace flatline {
namespace {

/// Holds a lane's only thread until released. Declare it before the lane, which ends its jobs.
struct Gate {
  void hold(Lane& lane) {
    REQUIRE(lane.submit([this](bool) {
      begun.set_value();
      release.get_future().wait();
    }));
    begun.get_future().wait();
  }
  std::promise<void> begun;
  std::promise<void> release;
};

TEST_CASE("a lane takes as many jobs as it has threads and places, and refuses the next at once") {
  std::atomic<int> done{0};
  {
    Gate gate;
    Lane lane(1, 2);
    gate.hold(lane);
    const auto count = [&](bool) { ++done; };
    CHECK(lane.submit(count));
    CHECK(lane.submit(count));
    CHECK_FALSE(lane.submit(count));
    gate.release.set_value();
  }
  CHECK(done == 2);
}

TEST_CASE("jobs that wait when a lane stops run all the same, told so; later ones are refused") {
  Gate gate;
  Lane lane(1, 1'000'000);
  gate.hold(lane);
  auto stopped = std::async(std::launch::async, [&] { lane.stop(); });
  int accepted = 0;
  std::atomic<int> told{0};
  while (lane.submit([&](bool stopping) { told += stopping ? 1 : 0; })) ++accepted;
  gate.release.set_value();
  stopped.wait();
  CHECK(told == accepted);
  CHECK_FALSE(lane.submit([](bool) {}));
}

}  // namespace
}  // namespace flatline
