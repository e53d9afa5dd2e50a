#include "schema/program/clock.h"

#include <time.h>

namespace flatline {
namespace {

Duration read_clock(clockid_t id) {
  timespec value{};
  clock_gettime(id, &value);
  return std::chrono::seconds{value.tv_sec} + std::chrono::nanoseconds{value.tv_nsec};
}

/// Clocks that are read so close to each other tell of one moment.
constexpr Duration kOneMoment = std::chrono::milliseconds{1};
/// How often they are read again where the program was held up in between.
constexpr int kMomentAttempts = 10;

/// How long the machine has been suspended since its start. No call reads both clocks at once, and
/// a process that is stopped between two reads would take its pause for suspension. So the clock
/// that counts suspension is read between two reads of the other, until these are close together.
/// Where they never are, the closest pair counts.
Duration suspended() {
  Duration closest = Duration::max();
  Duration suspended{0};
  for (int attempt = 0; attempt < kMomentAttempts && closest > kOneMoment; ++attempt) {
    const Duration before = read_clock(CLOCK_MONOTONIC);
    const Duration with_suspension = read_clock(CLOCK_BOOTTIME);
    const Duration apart = read_clock(CLOCK_MONOTONIC) - before;
    if (apart >= closest) continue;
    closest = apart;
    suspended = with_suspension - before;
  }
  return suspended;
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

Duration processor_time() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

Moment moment_now() {
  return {.now = monotonic_now(), .wall = wall_now(), .raw = raw_now()};
}

Milliseconds uptime_now() {
  const Duration without_suspension = read_clock(CLOCK_MONOTONIC_RAW);
  return std::chrono::floor<Milliseconds>(without_suspension + suspended());
}

}  // namespace flatline
