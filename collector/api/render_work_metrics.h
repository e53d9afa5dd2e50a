#pragma once

// Makes metrics of what the collector itself has done and is, which does not follow from how hosts
// are (render_metrics.h has the rest). The functions are handed all that they tell.

#include "collector/api/metric_page.h"
#include "collector/api/render.h"

namespace flatline {

class ApiWork;
class Tls;
struct ProcessFigures;

/// Datagrams, ticks, and what is told of them.
void add_work_metrics(const ViewHead& head, const CollectorFacts& facts, MetricPage& page);
void add_storage_metrics(const StorageStatus& storage, MetricPage& page);
void add_api_metrics(const ApiWork& work, MetricPage& page);
void add_tls_metrics(const Tls& tls, MetricPage& page);
void add_process_metrics(const ProcessFigures& process, MetricPage& page);

}  // namespace flatline
