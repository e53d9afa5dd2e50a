// The route for Prometheus: metrics of the newest view, of the last census, and of the collector.

#include <memory>

#include "collector/api/collector_facts.h"
#include "collector/api/process_figures.h"
#include "collector/api/render_metrics.h"
#include "collector/api/render_work_metrics.h"
#include "collector/api/routes.h"

namespace flatline {
namespace {

/// Copies of all that one scrape tells of.
struct Scraped {
  ViewHead head;
  GroupTable groups;
  CheckCounts checks;
  Causes causes;
};

bool read(const ApiSources& sources, Scraped& scraped) {
  if (!sources.board.read_groups(scraped.head, scraped.groups)) return false;
  return sources.census == nullptr || (sources.census->known_checks.read(scraped.checks) &&
                                       sources.census->causes.read(scraped.causes));
}

ApiResponse metrics(const ApiSources& sources, const Moment& moment) {
  const auto scraped = std::make_unique<Scraped>();
  if (!read(sources, *scraped)) return refuse_overtaken();
  const CollectorFacts facts = facts_of(sources);
  MetricPage page;
  add_fleet_metrics(scraped->head, moment.now, page);
  add_group_metrics(scraped->head, scraped->groups, scraped->causes, page);
  add_check_metrics(scraped->checks, scraped->causes, page);
  add_work_metrics(scraped->head, facts, page);
  add_storage_metrics(facts.storage, page);
  if (sources.work != nullptr) add_api_metrics(*sources.work, page);
  if (sources.tls != nullptr) add_tls_metrics(*sources.tls, page);
  add_process_metrics(read_process_figures(), page);
  return {.type = std::string(kMetricsType), .body = page.text()};
}

}  // namespace

std::vector<Route> metrics_routes(const ApiSources& sources) {
  return {{"GET", "/metrics", {}, Access::kReaders, [&sources](const ApiCall& call) {
             return metrics(sources, call.moment);
           }}};
}

}  // namespace flatline
