#include "collector/fleet/slot_columns.h"

#include <algorithm>

#include "schema/limits.h"

namespace flatline {

SlotColumns::SlotColumns(std::uint32_t capacity, Instant start)
    : verdicts_(capacity),
      deadlines_(capacity, stamp(start)),
      conflict_until_(capacity, stamp(start)),
      drained_until_(capacity, second(WallTime{})),
      drained_from_(capacity, second(WallTime{})) {}

std::int32_t SlotColumns::second(WallTime time) {
  constexpr std::int64_t kShift = std::int64_t{std::numeric_limits<std::int32_t>::min()};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(seconds, 0, std::numeric_limits<std::uint32_t>::max()) + kShift);
}

void SlotColumns::set_drained_until(std::uint32_t slot, WallTime until, WallTime from) {
  const auto round_up = [](WallTime time) {
    return second(WallTime{std::chrono::ceil<std::chrono::seconds>(time.time_since_epoch())});
  };
  drained_until_[slot] = round_up(until);
  drained_from_[slot] = round_up(from);
}

void SlotColumns::renew(Instant now) {
  const std::uint32_t over = stamp(now);
  const std::size_t share = deadlines_.size() / kRenewTicks;
  for (const std::span column : {std::span(deadlines_), std::span(conflict_until_)}) {
    for (std::uint32_t& end : column.subspan(renew_from_, share)) {
      end = is_ahead(end, over) ? end : over;
    }
  }
  renew_from_ = (renew_from_ + share) % deadlines_.size();
}

}  // namespace flatline
