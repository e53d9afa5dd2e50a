#pragma once

// What the sweep reads of every slot, in nine bytes: what was said, until when that holds, and
// until when the slot is drained. Times are kept in four bytes each, since the sweep is as fast as
// memory is. The fleet's own. Pure.

#include <cstdint>
#include <limits>
#include <span>

#include "collector/view/huge_pages.h"
#include "collector/view/prefetch.h"
#include "schema/answers/planes.h"
#include "schema/time.h"

namespace flatline {

/// In a slot's verdict: its host is awaited. Its deadline is then the end of its grace, by which it
/// becomes known, unheard.
inline constexpr std::uint8_t kAwaitedVerdict = plane_bit(Plane::kReporting);

class SlotColumns {
 public:
  /// Nothing is said of any slot, until `start`.
  SlotColumns(std::uint32_t capacity, Instant start);

  [[nodiscard]] std::size_t size() const { return verdicts_.size(); }

  /// A byte a slot with the planes' bits (plane_bit), meaning what was last heard: kKnown is "heard
  /// since start, or judged when the last one ended", kHealthy and kWarning are what the last
  /// snapshot said; kDrained and kFlapping are unused, and kReporting's bit is kAwaitedVerdict.
  [[nodiscard]] std::uint8_t& verdict(std::uint32_t slot) { return verdicts_[slot]; }

  /// That holds until `deadline`, in whole milliseconds, less than 24 days from now.
  void set_deadline(std::uint32_t slot, Instant deadline) { deadlines_[slot] = stamp(deadline); }

  /// Whole seconds, rounded up; the epoch: not drained.
  void set_drained_until(std::uint32_t slot, WallTime until);
  [[nodiscard]] bool is_drained(std::uint32_t slot, WallTime wall) const {
    return drained_until_[slot] > second(wall);
  }

  /// A share of the slots at each tick, all of them in kRenewTicks: a deadline that is over is set
  /// to now, so that none is ever so far behind that its wrapped time seems to lie ahead.
  void renew(Instant now);

  /// Has memory bring what belongs to a slot.
  void prefetch(std::uint32_t slot) const {
    prefetch_lines(&verdicts_[slot], sizeof verdicts_[slot]);
    prefetch_lines(&deadlines_[slot], sizeof deadlines_[slot]);
  }

  // --- The sweep's: columns as they are, and moments to hold against them -----------------------

  [[nodiscard]] std::span<const std::uint8_t> verdicts() const { return verdicts_; }
  /// Milliseconds of the fleet's time, wrapped: ahead of stamp(now) where the difference, as a
  /// signed number, is above zero.
  [[nodiscard]] std::span<const std::uint32_t> deadlines() const { return deadlines_; }
  /// Seconds of wall time, shifted so that they fill a signed number: until 2106.
  [[nodiscard]] std::span<const std::int32_t> drained_until() const { return drained_until_; }

  static std::uint32_t stamp(Instant time) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<Milliseconds>(time.time_since_epoch()).count());
  }
  static std::int32_t second(WallTime time);

 private:
  HugePageVector<std::uint8_t> verdicts_;
  HugePageVector<std::uint32_t> deadlines_;
  HugePageVector<std::int32_t> drained_until_;
  std::size_t renew_from_ = 0;
};

}  // namespace flatline
