#include "agent/check_runner.h"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "agent/checks/blocking_check.h"
#include "agent/loop/alarm.h"
#include "agent/loop/owned_loop.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using enum CheckState;

/// A check that answers at once, or never.
class FakeCheck : public Check {
 public:
  FakeCheck(int& starts, int& abandons, bool answers)
      : starts_(starts), abandons_(abandons), answers_(answers) {}
  void start(uv_loop_s& /*loop*/, Done done) override {
    ++starts_;
    if (answers_) done({kOk, 1, Message{"fine"}});
  }
  void abandon() override { ++abandons_; }
  [[nodiscard]] CheckState timeout_state() const override { return kCritical; }

 private:
  int& starts_;
  int& abandons_;
  bool answers_;
};

struct Result {
  std::size_t index;
  CheckState state;
  Duration after;
};

struct Fakes {
  int starts = 0;
  int abandons = 0;

  ConfiguredCheck make(bool answers, Milliseconds period, Milliseconds timeout) {
    ConfiguredCheck check;
    check.plan.period = period;
    check.timeout = timeout;
    check.check = std::make_unique<FakeCheck>(starts, abandons, answers);
    return check;
  }
};

std::vector<Result> run(std::vector<ConfiguredCheck> checks, Duration spread, std::size_t count) {
  std::vector<Result> results;
  OwnedLoop loop;
  const Instant start = monotonic_now();
  const CheckRunner runner(loop.get(), std::move(checks), spread, start,
                           [&](std::size_t index, const CheckResult& result, Instant now) {
                             results.push_back({index, result.state, now - start});
                             if (results.size() == count) loop.stop();
                           });
  loop.run();
  return results;
}

TEST_CASE("first runs are spread over the interval, in order") {
  Fakes fakes;
  std::vector<ConfiguredCheck> checks;
  for (int i = 0; i < 4; ++i) checks.push_back(fakes.make(true, 1min, 1s));
  const auto results = run(std::move(checks), 80ms, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(results[i].index == i);
    CHECK(results[i].after >= i * 20ms);
  }
  CHECK(fakes.starts == 4);
}

TEST_CASE("runs keep to the grid of their period, never before it") {
  Fakes fakes;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(fakes.make(true, 20ms, 10ms));
  const auto results = run(std::move(checks), 0ms, 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(results[i].after >= i * 20ms);
  CHECK(fakes.abandons == 0);
}

TEST_CASE(
    "a run without an answer is abandoned at its timeout, and its kind says what that means") {
  Fakes fakes;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(fakes.make(false, 40ms, 15ms));
  const auto results = run(std::move(checks), 0ms, 2);
  CHECK(results[0].state == kCritical);
  CHECK(results[0].after >= 15ms);
  CHECK(results[1].after >= 55ms);
  // Where the second timeout is noticed late, the third run is due with it.
  CHECK(fakes.starts >= 2);
  CHECK(fakes.starts <= 3);
  CHECK(fakes.abandons == 2);
}

TEST_CASE("one that hangs holds no other back") {
  Fakes hanging;
  Fakes answering;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(hanging.make(false, 1h, 30min));
  checks.push_back(answering.make(true, 10ms, 5ms));
  const auto results = run(std::move(checks), 0ms, 5);
  for (const Result& result : results) CHECK(result.index == 1);
  CHECK(hanging.starts == 1);
}

/// Makes a check whose configuration is known by `fingerprint`.
ConfiguredCheck known_as(std::uint64_t fingerprint, ConfiguredCheck check) {
  check.plan.fingerprint = fingerprint;
  return check;
}

TEST_CASE("a reload keeps what is the same, its run in flight too, wherever it stands then") {
  Fakes slow;
  Fakes changed;
  Fakes fresh;
  Fakes unknown;
  OwnedLoop loop;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(known_as(1, changed.make(false, 1h, 30min)));
  checks.push_back(known_as(2, slow.make(false, 1h, 2s)));
  checks.push_back(unknown.make(false, 1h, 30min));
  auto before = std::make_unique<CheckRunner>(
      loop.get(), std::move(checks), 0ms, monotonic_now(),
      [](std::size_t, const CheckResult&, Instant) { FAIL_CHECK("the old runner has ended"); });
  Alarm alarm(loop.get(), [&] {
    if (slow.starts + changed.starts + unknown.starts == 3) return loop.stop();
    alarm.set(Instant{});
  });
  alarm.set(Instant{});
  loop.run();

  std::vector<Result> results;
  std::vector<ConfiguredCheck> again;
  again.push_back(known_as(2, fresh.make(false, 1h, 30min)));
  again.push_back(known_as(3, fresh.make(true, 1h, 30min)));
  again.push_back(fresh.make(true, 1h, 30min));
  const Instant start = monotonic_now();
  CheckRunner after(loop.get(), std::move(again), 0ms, start,
                    [&](std::size_t index, const CheckResult& result, Instant now) {
                      results.push_back({index, result.state, now - start});
                      if (results.size() == 3) loop.stop();
                    });
  after.take_over(*before);
  before.reset();
  Alarm deadline(loop.get(), [&] { loop.stop(); });
  deadline.set(start + 30s);
  loop.run();
  REQUIRE(results.size() == 3);
  CHECK(slow.starts == 1);
  CHECK(slow.abandons == 1);  // At its timeout, and no sooner.
  CHECK(fresh.starts == 2);
  CHECK(results[2].index == 0);
  CHECK(results[2].state == kCritical);
}

/// Throws as a check may that has no memory: before it answered, or right after.
class ThrowingCheck : public Check {
 public:
  explicit ThrowingCheck(bool answers) : answers_(answers) {}
  void start(uv_loop_s& /*loop*/, Done done) override {
    if (answers_) done({kOk, 1, Message{"fine"}});
    throw std::runtime_error("no memory for it");
  }
  void abandon() override {}

 private:
  bool answers_;
};

ConfiguredCheck every_20ms(std::unique_ptr<Check> check) {
  ConfiguredCheck configured;
  configured.plan.period = 20ms;
  configured.timeout = 10ms;
  configured.check = std::move(check);
  return configured;
}

TEST_CASE("a check that throws is UNKNOWN, once a run, and is run again at its time") {
  for (const bool answers : {false, true}) {
    std::vector<ConfiguredCheck> checks;
    checks.push_back(every_20ms(std::make_unique<ThrowingCheck>(answers)));
    const auto results = run(std::move(checks), 0ms, 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(results[i].state == (answers ? kOk : kUnknown));
      CHECK(results[i].after >= i * 20ms);
    }
  }
}

TEST_CASE("a check whose job throws on its worker's thread is UNKNOWN with the reason") {
  OwnedLoop loop;
  BlockingCheck check([]() -> CheckResult { throw std::bad_alloc(); });
  CheckResult result;
  check.start(loop.get(), [&](const CheckResult& given) {
    result = given;
    loop.stop();
  });
  loop.run();
  CHECK(result.state == kUnknown);
  CHECK(result.message.view() == "std::bad_alloc");
}

}  // namespace
}  // namespace flatline
