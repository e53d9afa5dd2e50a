// The routes that tell about the newest view: its summary, its bitmap, its hosts, and one host with
// its checks.

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "collector/api/collector_facts.h"
#include "collector/api/drain_reasons.h"
#include "collector/api/filtered_view.h"
#include "collector/api/host_pages.h"
#include "collector/api/render.h"
#include "collector/api/render_census.h"
#include "collector/api/render_groups.h"
#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "collector/view/slot_bytes.h"
#include "schema/answer_limits.h"
#include "schema/answers/rows_answer.h"
#include "schema/answers/sized_json.h"
#include "schema/answers/view_json.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

ApiResponse json(std::string body) {
  return {.body = std::move(body)};
}

ApiOutcome outcome_of(ApiResponse response) {
  ApiOutcome outcome;
  outcome.now = std::move(response);
  return outcome;
}

ApiResponse summary(const ApiSources& sources, const Moment& moment) {
  ViewHead head;
  Causes causes;
  const auto groups = std::make_unique<GroupTable>();
  if (!sources.board.read_groups(head, *groups)) return refuse_overtaken();
  if (sources.census != nullptr && !sources.census->causes.read(causes)) return refuse_overtaken();
  SummaryAnswer answer = render_summary(head, facts_of(sources), moment.now);
  render_causes(causes, moment, answer);
  render_group_troubles(*groups, answer);
  return json(to_sized_json(answer));
}

ApiOutcome bitmap(const ApiSources& sources, FilteredView& filtered, const ApiRequest& request) {
  const auto read = read_planes(request);
  if (const auto* refused = std::get_if<ApiResponse>(&read)) return outcome_of(*refused);
  const PlaneRange planes = std::get<PlaneRange>(read);
  if (!request.query.contains("filter")) {
    View view(sources.board.capacity());
    if (!sources.board.read(view)) return outcome_of(refuse_overtaken());
    return outcome_of(bitmap_response(view, planes, nullptr));
  }
  return filtered.answer(request.parameter("filter"),
                         [planes](const View& view, const PlaneWords& matches) {
                           return bitmap_response(view, planes, &matches);
                         });
}

std::size_t count_slots(const ApiRequest& request) {
  return static_cast<std::size_t>(1 + std::ranges::count(request.parameter("slots"), ','));
}

/// Those in slots that the request names. The answer's size follows how many it names.
ApiResponse hosts_in_slots(const ApiSources& sources, const PageRequest& wanted,
                           const ApiCall& call) {
  View view(sources.board.capacity());
  if (!sources.board.read(view)) return refuse_overtaken();
  const auto slots = read_slots(view, call.request);
  if (const auto* refused = std::get_if<ApiResponse>(&slots)) return *refused;
  ApiResponse page =
      page_of_hosts(sources, wanted, call.moment.now, view, std::get<PlaneWords>(slots));
  const std::size_t bytes = kPageHeadBytes + count_slots(call.request) * kRowInSightBytes;
  page.body = pad_json(std::move(page.body), bytes);
  return page;
}

ApiOutcome hosts(const ApiSources& sources, FilteredView& filtered, const ApiCall& call) {
  const auto read = read_hosts_page(sources.board.capacity(), call.request);
  if (const auto* refused = std::get_if<ApiResponse>(&read)) return outcome_of(*refused);
  const PageRequest wanted = std::get<PageRequest>(read);
  if (call.request.query.contains("slots")) {
    ApiOutcome outcome;
    outcome.price = hosts_page_price(count_slots(call.request));
    outcome.later = [&sources, wanted, call] { return hosts_in_slots(sources, wanted, call); };
    return outcome;
  }
  return filtered.answer(
      call.request.parameter("filter"),
      [&sources, wanted, now = call.moment.now](const View& view, const PlaneWords& matches) {
        return page_of_hosts(sources, wanted, now, view, matches);
      },
      sources.board.capacity(),
      [wanted](std::size_t matches) {
        return hosts_page_price(std::min<std::size_t>(matches, wanted.limit));
      });
}

/// The same hosts as lines of text. A page has as many as take about the time of a page of hosts.
ApiOutcome names(const ApiSources& sources, FilteredView& filtered, const ApiCall& call) {
  const auto read =
      read_page_request(sources.board.capacity(), call.request, kNamesPerPage, kNamesPerPage);
  if (const auto* refused = std::get_if<ApiResponse>(&read)) return outcome_of(*refused);
  const PageRequest wanted = std::get<PageRequest>(read);
  return filtered.answer(call.request.parameter("filter"),
                         [&sources, wanted](const View& view, const PlaneWords& matches) {
                           return page_of_names(sources, wanted, view, matches);
                         });
}

/// The same hosts as CSV.
ApiOutcome rows(const ApiSources& sources, FilteredView& filtered, const ApiCall& call) {
  const auto read =
      read_page_request(sources.board.capacity(), call.request, kRowsPerPage, kRowsPerPage);
  if (const auto* refused = std::get_if<ApiResponse>(&read)) return outcome_of(*refused);
  const PageRequest wanted = std::get<PageRequest>(read);
  const std::string list = call.request.parameter("columns");
  const auto columns = list.empty() ? all_row_columns() : read_row_columns(list);
  if (!columns) {
    return outcome_of(refuse_request(
        400, fmt::format("columns: must be some of {}, each once, with commas between",
                         join(kRowColumns, ", "))));
  }
  const bool is_small = wanted.limit <= kMaxPageHosts;
  return filtered.answer(
      call.request.parameter("filter"),
      [&sources, wanted, columns = *columns, now = call.moment.now](const View& view,
                                                                    const PlaneWords& matches) {
        return page_of_rows(sources, wanted, columns, now, view, matches);
      },
      is_small ? sources.board.capacity() : kMaxPageHosts);
}

ApiResponse host(const ApiSources& sources, const std::string& name, const Moment& moment) {
  if (!is_host_name(name)) {
    return refuse_request(400, fmt::format("not a host name: must be {}", kHostNameForm));
  }
  const auto slot = sources.host_table.find(agent_id_of(sources.fleet, name));
  if (!slot) return refuse_request(404, fmt::format("no host is registered as {}", name));
  View view(sources.board.capacity());
  SlotCopy copy;
  copy.wall = view.head.time;
  if (!sources.board.read(view) || !sources.host_table.read(*slot, copy.record, copy.messages)) {
    return refuse_overtaken();
  }
  copy.slot = *slot;
  // If the host came after this view, the planes of its slot tell about another one.
  const bool shown = copy.record.generation <= view.head.generation;
  copy.planes = shown ? slot_byte(view, *slot) : plane_bit(Plane::kRegistered);
  HostAnswer answer =
      render_host(copy, view.head, sources.host_table, sources.stale_after, moment.now);
  DrainReasons(sources.host_table.actions()).explain(copy.record, answer.row);
  return json(pad_json(to_json(answer), kHostBytes));
}

}  // namespace

std::vector<Route> view_routes(const ApiSources& sources) {
  const auto get = [](std::string_view path, std::vector<std::string_view> parameters,
                      std::function<ApiResponse(const ApiCall&)> answer) {
    return Route{"GET", path, std::move(parameters), Access::kReaders, std::move(answer)};
  };
  const auto filter = [](std::string_view path, std::vector<std::string_view> parameters,
                         std::function<ApiOutcome(const ApiCall&)> decide) {
    Route route{"GET", path, std::move(parameters), Access::kReaders};
    route.decide = std::move(decide);
    return route;
  };
  const auto filtered = std::make_shared<FilteredView>(sources);
  return {
      get("/api/v1/summary", {},
          [&](const ApiCall& call) { return summary(sources, call.moment); }),
      filter("/api/v1/bitmap", {"plane", "filter"},
             [&sources, filtered](const ApiCall& call) {
               return bitmap(sources, *filtered, call.request);
             }),
      filter("/api/v1/hosts", {"filter", "limit", "after", "slots"},
             [&sources, filtered](const ApiCall& call) { return hosts(sources, *filtered, call); }),
      filter("/api/v1/names", {"filter", "limit", "after"},
             [&sources, filtered](const ApiCall& call) { return names(sources, *filtered, call); }),
      filter("/api/v1/rows", {"filter", "columns", "limit", "after"},
             [&sources, filtered](const ApiCall& call) { return rows(sources, *filtered, call); }),
      get("/api/v1/hosts/*", {},
          [&](const ApiCall& call) { return host(sources, call.name, call.moment); })};
}

}  // namespace flatline
