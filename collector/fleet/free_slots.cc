#include "collector/fleet/free_slots.h"

#include "schema/invariant.h"

namespace flatline {

FreeSlots::FreeSlots(std::uint32_t capacity)
    : end_(capacity), next_(capacity + 1), previous_(capacity + 1) {
  for (std::uint32_t place = 0; place <= capacity; ++place) {
    next_[place] = place == capacity ? 0 : place + 1;
    previous_[place] = place == 0 ? capacity : place - 1;
  }
}

std::uint32_t FreeSlots::oldest() const {
  INVARIANT(!empty());
  return next_[end_];
}

void FreeSlots::take(std::uint32_t slot) {
  INVARIANT(is_free(slot));
  next_[previous_[slot]] = next_[slot];
  previous_[next_[slot]] = previous_[slot];
  next_[slot] = slot;
}

void FreeSlots::put(std::uint32_t slot) {
  INVARIANT(!is_free(slot));
  previous_[slot] = previous_[end_];
  next_[slot] = end_;
  next_[previous_[slot]] = slot;
  previous_[end_] = slot;
}

}  // namespace flatline
