#pragma once

// Filters select hosts of a view by set algebra: `failing & !drained`, `(silent | failing) &
// !flapping`. They are evaluated on whole bitmaps, so that a filter costs the same whatever it
// matches. Pure.
//
//     expression = term { "|" term }        term = factor { "&" factor }
//     factor = "!" factor | "(" expression ")" | WORD
//
// Words are planes and states: registered known reporting healthy warning drained flapping conflict
// awaited expected missing unknown silent failing all. Every set lies within `registered`.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/view/view.h"

namespace flatline {

/// Why a filter was refused: what was wrong, where, and what would be right.
struct FilterError {
  std::string message;
};

/// The slots of `view` that match, as capacity / 64 words. An empty filter is `all`.
std::variant<PlaneWords, FilterError> evaluate_filter(std::string_view filter, const View& view);

}  // namespace flatline
