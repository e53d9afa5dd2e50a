#pragma once

// Makes the slots answer of a view, be it the newest or one of the past.

#include <functional>

#include "collector/api/route.h"
#include "collector/view/view.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// `matches` is null where all hosts do. `name_of` tells which check a place among the causes means
/// in this view.
ApiResponse slots_response(const View& view, const PlaneWords* matches, Duration age, Duration tick,
                           const std::function<CheckName(std::uint8_t place)>& name_of);

}  // namespace flatline
