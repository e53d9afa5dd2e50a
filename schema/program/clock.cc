#include "schema/program/clock.h"

#include <time.h>

namespace flatline {
namespace {

Duration read_clock(clockid_t id) {
  timespec value{};
  clock_gettime(id, &value);
  return std::chrono::seconds{value.tv_sec} + std::chrono::nanoseconds{value.tv_nsec};
}

}  // namespace

Instant monotonic_now() {
  return Instant{read_clock(CLOCK_MONOTONIC)};
}

Instant raw_now() {
  return Instant{read_clock(CLOCK_MONOTONIC_RAW)};
}

WallTime wall_now() {
  return WallTime{std::chrono::floor<Milliseconds>(read_clock(CLOCK_REALTIME))};
}

Moment moment_now() {
  return {.now = monotonic_now(), .wall = wall_now(), .raw = raw_now()};
}

Milliseconds uptime_now() {
  return std::chrono::floor<Milliseconds>(read_clock(CLOCK_BOOTTIME));
}

}  // namespace flatline
