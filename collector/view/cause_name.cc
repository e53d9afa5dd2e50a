#include "collector/view/cause_name.h"

#include <algorithm>
#include <utility>

namespace flatline {

CauseNames::CauseNames(std::vector<PlacedCause> names) : names_(std::move(names)) {
  std::ranges::stable_sort(names_, {}, &PlacedCause::place);
}

CheckName CauseNames::name_of(const ToldCause& told) const {
  if (told.place == kNoCause || told.place == kOtherCause) return {};
  const auto of_place =
      std::ranges::equal_range(names_, std::uint32_t{told.place}, {}, &PlacedCause::place);
  for (auto named = of_place.end(); named != of_place.begin();) {
    --named;
    if (is_since(named->name, told)) return named->name.name;
  }
  return {};
}

}  // namespace flatline
