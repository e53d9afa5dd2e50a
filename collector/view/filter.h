#pragma once

// Set algebra over a view: `failing & !drained`, `(silent | failing) & !flapping`. Evaluated on
// whole bitmaps, so that a question costs the same whatever the answer is. Pure.
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
