#include "schema/program/clock.h"

#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <deque>

namespace {

using namespace std::chrono_literals;

/// What the clocks of a machine say while a test has taken their place.
struct Machine {
  flatline::Duration monotonic{0};
  flatline::Duration raw{0};
  flatline::Duration suspended{0};
  /// How long this program is held up before each of its next reads of any clock.
  std::deque<flatline::Duration> held_up{};
};
Machine* machine = nullptr;

int scripted(clockid_t id, timespec& value) {
  if (!machine->held_up.empty()) {
    machine->monotonic += machine->held_up.front();
    machine->raw += machine->held_up.front();
    machine->held_up.pop_front();
  }
  flatline::Duration time = id == CLOCK_MONOTONIC_RAW ? machine->raw : machine->monotonic;
  if (id == CLOCK_BOOTTIME) time += machine->suspended;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  value.tv_sec = seconds.count();
  value.tv_nsec = (time - seconds).count();
  return 0;
}

}  // namespace

// Ours in the place of libc's, for the whole program; what no test has taken passes.
extern "C" int clock_gettime(clockid_t id, timespec* value) noexcept {
  if (machine != nullptr) return scripted(id, *value);
  return static_cast<int>(::syscall(SYS_clock_gettime, id, value));
}

namespace flatline {
namespace {

/// Takes the place of this machine's clocks. It reads none meanwhile, so it is short.
Milliseconds uptime_on(Machine& scripted) {
  machine = &scripted;
  const Milliseconds uptime = uptime_now();
  machine = nullptr;
  return uptime;
}

TEST_CASE("uptime is the crystal's: nobody slews it, and it counts suspension") {
  Machine slewed{.monotonic = 1'083s, .raw = 1'000s};
  CHECK(uptime_on(slewed) == 1'000s);
  Machine suspended{.monotonic = 1'000s, .raw = 1'000s, .suspended = 3'600s};
  CHECK(uptime_on(suspended) == 4'600s);
  Machine both{.monotonic = 900s, .raw = 1'000s, .suspended = 3'600s + 7ms};
  CHECK(uptime_on(both) == 4'600s + 7ms);
}

TEST_CASE("whoever is held up between two clocks does not take that for suspension") {
  Machine stopped{.monotonic = 1'000s, .raw = 1'000s, .suspended = 5s};
  // The third read of all is the first of the clock that counts suspension.
  stopped.held_up = {0s, 0s, 60s};
  CHECK(uptime_on(stopped) == 1'005s);
  // Here every read takes longer than a moment. Those that are closest count.
  Machine slow{.monotonic = 1'000s, .raw = 1'000s, .suspended = 5s};
  for (int read = 0; read < 100; ++read) slow.held_up.emplace_back(read == 17 ? 2ms : 20ms);
  CHECK(uptime_on(slow) == 1'005s + 20ms + 2ms);
}

TEST_CASE("this machine's uptime goes on as its crystal does") {
  const Milliseconds before = uptime_now();
  const Instant raw = raw_now();
  while (raw_now() - raw < 20ms) {
  }
  CHECK(uptime_now() - before >= 19ms);
}

}  // namespace
}  // namespace flatline
