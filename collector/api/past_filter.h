#pragma once

// What a filter selects of a moment of the past. States, planes and names are those of then. Labels
// are those of today, because the past keeps none: a host that is gone has none.

#include <cstdint>
#include <string>
#include <vector>

#include "collector/api/past.h"
#include "collector/api/route.h"
#include "collector/view/filter.h"
#include "collector/view/filter_evaluation.h"

namespace flatline {

/// Reads `filter=` as one about the past. Throws PastRefused (400).
Filter read_past_filter(const ApiRequest& request);

/// What a filter about the past costs its client beyond the request, in requests.
double past_filter_price(const Filter& filter);

/// What an answer says of a filter's labels; empty if it has none.
std::string labels_note(const Filter& filter);

/// The slots that match, at the moment of `view`, which is `then` as a view.
PlaneWords past_matches(const Filter& filter, Past& past, const StoredStep& then, const View& view);

/// Who matches a filter at either of two moments.
struct MatchingTwice {
  PlaneWords before;
  PlaneWords after;

  [[nodiscard]] bool has(std::uint32_t slot) const;
  /// Whether the host of a change does.
  [[nodiscard]] bool has(const HostChange& change) const;
  /// The planes of the slots in which one does; none of the others.
  [[nodiscard]] std::vector<std::uint8_t> of(std::vector<std::uint8_t> planes) const;
};

}  // namespace flatline
