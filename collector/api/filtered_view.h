#pragma once

// Answers requests about the newest view that have a filter. A filter that planes alone decide is
// evaluated at once, as is one whose result of this tick is kept. Any other costs its client
// kFilterPrice, and waits for the filter pool, as does an answer that tells of many hosts.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "collector/api/filter_results.h"
#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/view/filter.h"
#include "collector/view/view.h"

namespace flatline {

class FilteredView {
 public:
  /// Makes an answer of a view and the slots that match.
  using Answer = std::function<ApiResponse(const View&, const PlaneWords& matches)>;

  explicit FilteredView(const ApiSources& sources) : sources_(sources) {}

  /// What an answer costs the client beyond the request where so many hosts match.
  using Price = std::function<double(std::size_t matches)>;

  /// Both must outlive the outcome: this, and what `make` refers to. Where more than `most_at_once`
  /// hosts match, the answer is made in the pool in any case. Without `price` it costs the request
  /// alone, and what its filter costs.
  [[nodiscard]] ApiOutcome answer(
      const std::string& filter, Answer make,
      std::uint32_t most_at_once = std::numeric_limits<std::uint32_t>::max(), Price price = {});

 private:
  struct Found {
    std::shared_ptr<const PlaneWords> matches;
    std::string note{};  ///< What must be said of it; empty if nothing.
  };
  /// No matches where that takes a pass over all slots.
  [[nodiscard]] Found find_at_once(const Filter& filter, const View& view);
  /// No matches if the loop overtook that pass.
  [[nodiscard]] Found find(const Filter& filter, const View& view);

  const ApiSources& sources_;
  FilterResults results_;
};

}  // namespace flatline
