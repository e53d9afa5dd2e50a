#pragma once

// Makes metrics of what the collector knows. Which families there are, and which series they have,
// follows from which labels and checks exist, from the routes and from fixed lists; never from how
// hosts are, so a scrape's size changes by digits alone. No free text becomes a label. Pure: the
// functions are handed all that they tell, and the time.

#include "collector/api/metric_page.h"
#include "collector/api/render.h"
#include "collector/view/cause.h"
#include "collector/view/check_counts.h"
#include "collector/view/groups.h"

namespace flatline {

/// How the hosts of the whole fleet are, and how far that can be believed.
void add_fleet_metrics(const ViewHead& head, Instant now, MetricPage& page);
/// The groups that exist. Whether one is a cause is told where hosts fail or are silent for it.
void add_group_metrics(const ViewHead& head, const GroupTable& groups, const Causes& causes,
                       MetricPage& page);
/// The checks that exist (CensusBoard::known_checks).
void add_check_metrics(const CheckCounts& checks, const Causes& causes, MetricPage& page);

}  // namespace flatline
