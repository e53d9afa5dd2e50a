// A pool is bounded, runs each job once, and tells a job when it comes too late.

#include "collector/api/slow_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

namespace flatline {
namespace {

/// Holds a pool's only thread until `release` is set. Declare it before the pool, whose destructor
/// waits for its jobs.
struct Gate {
  void hold(SlowPool& pool) {
    REQUIRE(pool.submit([this](bool) {
      begun.set_value();
      release.get_future().wait();
    }));
    begun.get_future().wait();
  }
  std::promise<void> begun;
  std::promise<void> release;
};

TEST_CASE("a pool takes as many jobs as it has threads and places, and refuses the next at once") {
  std::atomic<int> done{0};
  {
    Gate gate;
    SlowPool pool(1, 2);
    gate.hold(pool);
    const auto count = [&](bool) { ++done; };
    CHECK(pool.submit(count));
    CHECK(pool.submit(count));
    CHECK_FALSE(pool.submit(count));
    gate.release.set_value();
  }
  CHECK(done == 2);
}

TEST_CASE("jobs that wait when a pool stops run all the same, told so; later ones are refused") {
  Gate gate;
  SlowPool pool(1, 1'000'000);
  gate.hold(pool);
  auto stopped = std::async(std::launch::async, [&] { pool.stop(); });
  int accepted = 0;
  std::atomic<int> told{0};
  while (pool.submit([&](bool stopping) { told += stopping ? 1 : 0; })) ++accepted;
  gate.release.set_value();
  stopped.wait();
  CHECK(told == accepted);
  CHECK_FALSE(pool.submit([](bool) {}));
}

}  // namespace
}  // namespace flatline
