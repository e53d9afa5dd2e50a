#pragma once

// Pages of the hosts that a filter found in a view: as JSON, as names alone, and as CSV. A host
// that left or came after the view is left out, because the view's planes tell about another one.

#include <cstddef>

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/api/view_responses.h"
#include "collector/view/view.h"
#include "schema/answers/rows_answer.h"
#include "schema/limits.h"

namespace flatline {

/// What a page of JSON costs a client beyond the request, in requests: a page of kMaxPageHosts
/// takes a core 13 to 17 ms, a filter's ten requests 50 to 150. Small pages, which people look at,
/// are free.
constexpr double hosts_page_price(std::size_t hosts) {
  return hosts <= kDefaultPageHosts ? 0 : static_cast<double>(hosts) / kMaxPageHosts;
}
/// All hosts can be listed at once.
static_assert(kClientBurst > (1 + hosts_page_price(kMaxPageHosts)) *
                                 static_cast<double>(kMaxCapacity) / kMaxPageHosts);

ApiResponse page_of_hosts(const ApiSources& sources, const PageRequest& wanted, Instant now,
                          const View& view, const PlaneWords& matches);

ApiResponse page_of_names(const ApiSources& sources, const PageRequest& wanted, const View& view,
                          const PlaneWords& matches);

/// A page ends where it has so many hosts as were asked for, or kRowsPageBytes.
ApiResponse page_of_rows(const ApiSources& sources, const PageRequest& wanted,
                         const RowColumns& columns, Instant now, const View& view,
                         const PlaneWords& matches);

}  // namespace flatline
