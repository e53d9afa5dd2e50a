#include "collector/view/census.h"

#include <algorithm>

#include "collector/view/slot_bytes.h"
#include "schema/answers/planes.h"

namespace flatline {

Duration census_period(std::uint32_t capacity) {
  return std::clamp<Duration>(capacity * kCensusTimePerSlot, kMinCensusPeriod, kMaxCensusPeriod);
}

Census::Census(const ViewBoard& board, const HostTable& host_table)
    : board_(board), host_table_(host_table), view_(board.capacity()) {}

void Census::take() {
  if (!board_.read(view_) || view_.head.tick == 0) return;
  checks_.begin(host_table_);
  const std::uint32_t capacity = host_table_.capacity();
  for (std::uint32_t slot = 0; slot < capacity; ++slot) {
    if (slot + kCensusFetchAhead < capacity) host_table_.prefetch(slot + kCensusFetchAhead);
    if (host_table_.read(slot, record_)) count(slot);
  }
  counts_.at = view_.head.at;
  counts_.tick = view_.head.tick;
  checks_.finish(host_table_, counts_);
  results_.checks.publish(counts_);
}

void Census::count(std::uint32_t slot) {
  const std::uint8_t planes = slot_byte(view_, slot);
  const bool is_same = is_in(planes, Plane::kRegistered) && record_.registered &&
                       record_.generation <= view_.head.generation;
  if (!is_same) return;
  if (is_in(planes, Plane::kReporting)) checks_.add(record_);
}

}  // namespace flatline
