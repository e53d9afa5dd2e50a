#include "collector/view/census.h"

#include <algorithm>

#include "collector/view/slot_bytes.h"
#include "schema/answers/planes.h"

namespace flatline {

Duration census_period(std::uint32_t capacity) {
  return std::clamp<Duration>(capacity * kCensusTimePerSlot, kMinCensusPeriod, kMaxCensusPeriod);
}

Census::Census(const ViewBoard& board, const HostTable& host_table)
    : board_(board), host_table_(host_table), view_(board.capacity()), planes_(board.capacity()) {}

void Census::take() {
  if (!board_.read(view_) || view_.head.tick == 0) return;
  to_slot_bytes(view_, planes_);
  checks_.begin(host_table_);
  tally_.begin(view_.head.at);
  keys_.begin(view_.head);
  const std::uint32_t capacity = host_table_.capacity();
  // Each pass begins elsewhere, so that where labels find no room it is not always the same hosts'.
  first_ = (first_ + capacity / 8 * 5 + 1) % capacity;
  count(first_, capacity);
  count(0, first_);
  counts_.at = causes_.at = view_.head.at;
  counts_.tick = causes_.tick = view_.head.tick;
  checks_.finish(host_table_, counts_);
  results_.checks.publish(counts_);
  checks_.list_known(host_table_, counts_);
  results_.known_checks.publish(counts_);
  finder_.find(tally_, host_table_, causes_);
  results_.causes.publish(causes_);
  results_.keys.publish(keys_.finish());
  tally_.end();
}

void Census::count(std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t slot = begin; slot < end; ++slot) {
    if (slot + kCensusFetchAhead < end) host_table_.prefetch(slot + kCensusFetchAhead);
    if (host_table_.read_states(slot, record_)) count(slot);
  }
}

void Census::count(std::uint32_t slot) {
  const std::uint8_t planes = planes_[slot];
  const bool is_same = is_in(planes, Plane::kRegistered) && record_.registered &&
                       record_.generation <= view_.head.generation;
  if (!is_same) return;
  keys_.add(record_, is_in(planes, Plane::kReporting));
  if (is_in(planes, Plane::kReporting)) checks_.add(record_);
  const HostState state = host_state_of(planes);
  const bool is_judged =
      state == HostState::kHealthy || state == HostState::kFailing || state == HostState::kSilent;
  if (!is_judged || is_in(planes, Plane::kDrained)) return;
  tally_.add(record_, standing(state));
}

/// A silent host changed when it was last heard.
Standing Census::standing(HostState state) const {
  const auto is_recent = [&](Instant then) { return view_.head.at - then < kChangedWithin; };
  const bool is_silent = state == HostState::kSilent;
  const bool has_changed = (record_.turned_at != Instant{} && is_recent(record_.turned_at)) ||
                           (is_silent && record_.heard && is_recent(record_.heard_at));
  return {{state == HostState::kFailing, is_silent, has_changed}};
}

}  // namespace flatline
