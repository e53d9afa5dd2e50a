#pragma once

// What the sweep reads of every slot, in seventeen bytes: what its host said last, until when that
// holds, until when the host is in conflict, and from when until when the slot is drained. Each
// time takes four bytes, because the sweep is limited by memory's speed. The fleet owns the
// columns. Pure.

#include <cstdint>
#include <limits>
#include <span>

#include "collector/view/huge_pages.h"
#include "collector/view/prefetch.h"
#include "schema/answers/planes.h"
#include "schema/time.h"

namespace flatline {

/// The bit in a slot's verdict that says that its host is awaited. The deadline is then the end of
/// the host's grace: from then on the host counts as known, although it was never heard.
inline constexpr std::uint8_t kAwaitedVerdict = plane_bit(Plane::kReporting);

class SlotColumns {
 public:
  /// Every slot is empty and not drained; its deadline is `start`.
  SlotColumns(std::uint32_t capacity, Instant start);

  [[nodiscard]] std::size_t size() const { return verdicts_.size(); }

  /// A slot's verdict has the bits of the planes (plane_bit) and tells what was heard last. The bit
  /// of kKnown means that the host was judged since this start, or was known when the last run of
  /// the collector ended. kHealthy is what the last snapshot said that decided it (a check without
  /// a result decides nothing), and kWarning what the last one said. kDrained, kFlapping and
  /// kConflict are unused, and kReporting's bit is kAwaitedVerdict.
  [[nodiscard]] std::uint8_t& verdict(std::uint32_t slot) { return verdicts_[slot]; }

  /// The verdict holds until `deadline`, in whole milliseconds, less than 24 days from now.
  void set_deadline(std::uint32_t slot, Instant deadline) { deadlines_[slot] = stamp(deadline); }

  /// Two machines speak with the host's credential, until `end`; limits as for deadlines.
  void set_conflict_until(std::uint32_t slot, Instant end) { conflict_until_[slot] = stamp(end); }
  [[nodiscard]] bool is_in_conflict(std::uint32_t slot, Instant now) const {
    return is_ahead(conflict_until_[slot], stamp(now));
  }
  [[nodiscard]] bool is_alive(std::uint32_t slot, Instant now) const {
    return is_ahead(deadlines_[slot], stamp(now));
  }

  /// The times are rounded up to whole seconds; an end of zero means that the slot is not drained,
  /// and a beginning of zero that it is from now on.
  void set_drained_until(std::uint32_t slot, WallTime until, WallTime from = {});
  [[nodiscard]] bool is_drained(std::uint32_t slot, WallTime wall) const {
    return drained_from_[slot] <= second(wall) && has_drain(slot, wall);
  }
  /// Whether it is drained, or will be.
  [[nodiscard]] bool has_drain(std::uint32_t slot, WallTime wall) const {
    return drained_until_[slot] > second(wall);
  }

  /// Call it once a tick: it sets past deadlines and ends of conflicts to `now` in the next share
  /// of the slots, and gets round all of them in kRenewTicks. Stamps wrap around, and without this
  /// a deadline that is 24 days old would seem to lie ahead.
  void renew(Instant now);

  /// Asks memory for what a datagram changes of a slot: its verdict and its deadline.
  void prefetch(std::uint32_t slot) const {
    prefetch_lines(&verdicts_[slot], sizeof verdicts_[slot]);
    prefetch_lines(&deadlines_[slot], sizeof deadlines_[slot]);
  }

  // --- For the sweep: the raw columns, and the times to compare them with -----------------------

  [[nodiscard]] std::span<const std::uint8_t> verdicts() const { return verdicts_; }
  /// Milliseconds of the fleet's time, wrapped to 32 bits. A deadline lies ahead of stamp(now) if
  /// their difference, as a signed number, is above zero.
  [[nodiscard]] std::span<const std::uint32_t> deadlines() const { return deadlines_; }
  /// In the same form.
  [[nodiscard]] std::span<const std::uint32_t> conflict_until() const { return conflict_until_; }
  /// Seconds of wall time, shifted so that they fill a signed 32-bit number; they end in 2106.
  [[nodiscard]] std::span<const std::int32_t> drained_until() const { return drained_until_; }
  [[nodiscard]] std::span<const std::int32_t> drained_from() const { return drained_from_; }

  static std::uint32_t stamp(Instant time) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<Milliseconds>(time.time_since_epoch()).count());
  }
  /// Stamps wrap around: which of two is later is told by the sign of their difference.
  static bool is_ahead(std::uint32_t stamp, std::uint32_t now) {
    return static_cast<std::int32_t>(now - stamp) < 0;
  }
  static std::int32_t second(WallTime time);

 private:
  HugePageVector<std::uint8_t> verdicts_;
  HugePageVector<std::uint32_t> deadlines_;
  HugePageVector<std::uint32_t> conflict_until_;
  HugePageVector<std::int32_t> drained_until_;
  HugePageVector<std::int32_t> drained_from_;
  std::size_t renew_from_ = 0;
};

}  // namespace flatline
