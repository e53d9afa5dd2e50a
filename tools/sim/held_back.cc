#include "tools/sim/held_back.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline::sim {

HeldBack::HeldBack(std::size_t capacity) : places_(capacity) {
  free_.reserve(capacity);
  heap_.reserve(capacity);
  for (std::size_t place = 0; place < capacity; ++place) free_.push_back(place);
}

bool HeldBack::hold(Instant until, const Way& way, const Datagram& datagram) {
  if (free_.empty()) return false;
  const std::size_t place = free_.back();
  free_.pop_back();
  places_[place] = datagram;
  heap_.push_back({until, place, way});
  std::push_heap(heap_.begin(), heap_.end(), later);
  return true;
}

HeldBack::Released HeldBack::release() {
  INVARIANT(!heap_.empty());
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Held held = heap_.back();
  heap_.pop_back();
  free_.push_back(held.place);
  return {held.way, places_[held.place]};
}

}  // namespace flatline::sim
