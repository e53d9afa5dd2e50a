#pragma once

// Pages of the hosts that a filter found in a view: as JSON, as names alone, and as CSV. A host
// that left or came after the view is left out, because the view's planes tell about another one.

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/api/view_responses.h"
#include "collector/view/view.h"
#include "schema/answers/rows_answer.h"

namespace flatline {

ApiResponse page_of_hosts(const ApiSources& sources, const PageRequest& wanted, Instant now,
                          const View& view, const PlaneWords& matches);

ApiResponse page_of_names(const ApiSources& sources, const PageRequest& wanted, const View& view,
                          const PlaneWords& matches);

/// A page ends where it has so many hosts as were asked for, or kRowsPageBytes.
ApiResponse page_of_rows(const ApiSources& sources, const PageRequest& wanted,
                         const RowColumns& columns, Instant now, const View& view,
                         const PlaneWords& matches);

}  // namespace flatline
