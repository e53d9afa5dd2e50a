#include "collector/journal/cause_keeper.h"

#include <array>

#include "schema/program/error.h"

namespace flatline {

void CauseKeeper::take() {
  std::array<std::uint32_t, kCausePlaces> places;
  const std::size_t count = names_.take_changed(places);
  for (std::size_t i = 0; i < count; ++i) taken_.push_back({places[i], {}});
  for (PlacedCause& placed : taken_) {
    if (!names_.read(placed.place, placed.name)) throw Failure("a row was written without a pause");
  }
  std::erase_if(taken_, [](const PlacedCause& placed) { return placed.name.name.empty(); });
}

void CauseKeeper::put_back() {
  for (const PlacedCause& placed : taken_) names_.mark_changed(placed.place);
  taken_.clear();
}

void CauseKeeper::mark_all() {
  for (std::uint32_t place = 1; place < names_.size(); ++place) names_.mark_changed(place);
}

}  // namespace flatline
