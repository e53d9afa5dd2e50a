#pragma once

// Answers requests about the newest view that have a filter. A filter that planes alone decide is
// evaluated at once, as is one whose result of this tick is kept. Any other costs its client
// kFilterPrice, and waits for the filter pool.

#include <functional>

#include "collector/api/filter_results.h"
#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/view/view.h"

namespace flatline {

class FilteredView {
 public:
  /// Makes an answer of a view and the slots that match.
  using Answer = std::function<ApiResponse(const View&, const PlaneWords& matches)>;

  explicit FilteredView(const ApiSources& sources) : sources_(sources) {}

  /// Both must outlive the outcome: this, and what `make` refers to.
  [[nodiscard]] ApiOutcome answer(const std::string& filter, Answer make);

 private:
  const ApiSources& sources_;
  FilterResults results_;
};

}  // namespace flatline
