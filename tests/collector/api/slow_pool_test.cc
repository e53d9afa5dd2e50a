// A pool is bounded, runs each job once, and tells a job when it comes too late.

#include "collector/api/slow_pool.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "tests/harness/faulty_calls.h"

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

TEST_CASE("the threads of a pool give way to the loop") {
  SlowPool pool(1, 1);
  std::promise<int> niceness;
  REQUIRE(pool.submit([&](bool) { niceness.set_value(::getpriority(PRIO_PROCESS, 0)); }));
  constexpr int kNicest = 19;  // Whoever runs the tests may be nice already.
  const int own = ::getpriority(PRIO_PROCESS, 0);
  CHECK(niceness.get_future().get() == std::min(own + kGiveWayNice, kNicest));
}

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
  while (pool.submit([&](bool stopping) { told += stopping ? 1 : 0; })) {
    ++accepted;
    std::this_thread::yield();  // Else the queue may be full before the other thread has begun.
  }
  gate.release.set_value();
  stopped.wait();
  CHECK(told == accepted);
  CHECK_FALSE(pool.submit([](bool) {}));
}

TEST_CASE("a pool's queue is worked off without any thread, the longest waiting first") {
  SlowJobs jobs(2);
  std::string told;
  const auto say = [&](char name) {
    return [&told, name](bool stopping) { told += {name, stopping ? '!' : '.'}; };
  };
  CHECK(jobs.add(say('a')));
  CHECK(jobs.add(say('b')));
  CHECK_FALSE(jobs.add(say('c')));
  jobs.take().run();
  CHECK(jobs.add(say('d')));
  const SlowJobs::Taken begun = jobs.take();
  jobs.stop();
  CHECK_FALSE(jobs.add(say('e')));
  jobs.take().run();
  begun.run();
  CHECK(jobs.empty());
  CHECK(told == "a.d!b.");
}

TEST_CASE("a job that throws ends neither its thread nor the program") {
  SlowPool pool(1, 8);
  std::promise<void> done;
  CHECK(pool.submit([](bool) { throw std::runtime_error("a job's own trouble"); }));
  CHECK(pool.submit([&](bool) { done.set_value(); }));
  CHECK(done.get_future().wait_for(std::chrono::seconds{60}) == std::future_status::ready);
}

TEST_CASE("submitting throws nothing: what cannot be queued is refused") {
  static_assert(noexcept(std::declval<SlowPool&>().submit(SlowPool::Job{})));
}

TEST_CASE("a pool that gets no thread says so, and ends those that it got") {
  const test::FaultyThreads faulty(1);
  CHECK_THROWS_WITH_AS(SlowPool(3, 8),
                       "api: cannot start a thread: Resource temporarily unavailable", Failure);
}

}  // namespace
}  // namespace flatline
