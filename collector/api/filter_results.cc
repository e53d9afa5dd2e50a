#include "collector/api/filter_results.h"

#include <utility>

namespace flatline {

FilterResults::Result FilterResults::find(const std::string& normal_form, std::uint64_t tick,
                                          std::string* note) const {
  const std::lock_guard guard(mutex_);
  for (const Place& place : places_) {
    if (place.result != nullptr && place.tick == tick && place.normal_form == normal_form) {
      if (note != nullptr) *note = place.note;
      return place.result;
    }
  }
  return nullptr;
}

void FilterResults::keep(const std::string& normal_form, std::uint64_t tick, Result result,
                         std::string note) {
  Place place{normal_form, tick, std::move(result), std::move(note)};
  {
    const std::lock_guard guard(mutex_);
    std::swap(places_[next_], place);
    next_ = (next_ + 1) % places_.size();
  }
  // What made room is freed here, without the lock.
}

}  // namespace flatline
