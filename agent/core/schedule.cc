#include "agent/core/schedule.h"

#include "schema/invariant.h"

namespace flatline {
namespace {

/// Types of more than 64 bits, which two numbers below need: a wall-clock time of any year in
/// nanoseconds, and a hash times a period.
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

/// The finalizer of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
/// Generators", 2014): every bit of the id moves every bit of the hash, so that ids which differ
/// in a few bits only are spread as well as random ones.
std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
  return bits ^ bits >> 31;
}

}  // namespace

std::uint64_t Schedule::advance(Instant now) {
  INVARIANT(due(now));
  const auto skipped = (now - next_) / period_;
  next_ += (skipped + 1) * period_;
  return static_cast<std::uint64_t>(skipped);
}

Duration phase_of(AgentId agent, Duration period) {
  INVARIANT(period > Duration::zero());
  const UnsignedWide product = UnsignedWide{mix(static_cast<std::uint64_t>(agent))} *
                               static_cast<std::uint64_t>(period.count());
  return Duration{static_cast<Duration::rep>(product >> 64)};
}

Instant first_deadline(Instant now, WallTime wall, Duration period, Duration phase) {
  INVARIANT(phase >= Duration::zero());
  INVARIANT(phase < period);
  constexpr Wide kNanosecondsPerMillisecond = 1'000'000;
  const Wide into_period =
      Wide{wall.time_since_epoch().count()} * kNanosecondsPerMillisecond % period.count();
  Duration wait = phase - Duration{static_cast<Duration::rep>(into_period)};
  // Before 1970 the remainder is negative and the wait may be more than a period.
  if (wait > period) wait -= period;
  if (wait <= Duration::zero()) wait += period;
  return now + wait;
}

}  // namespace flatline
