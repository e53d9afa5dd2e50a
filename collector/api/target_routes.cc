// The route for Prometheus' HTTP service discovery. Its answer is one list: where that is longer
// than a page of hosts, it is made in the filter pool, at a filter's price.

#include <fmt/core.h>

#include <bit>
#include <memory>
#include <variant>

#include "collector/api/filtered_view.h"
#include "collector/api/routes.h"
#include "collector/api/targets.h"
#include "collector/api/view_responses.h"

namespace flatline {
namespace {

/// What `port=` and `by=` ask for.
struct TargetForm {
  std::uint16_t port = 0;
  bool by_address = false;
};

std::variant<TargetForm, ApiResponse> read_form(const ApiRequest& request) {
  const auto port = read_number(request.parameter("port"));
  if (!port || *port < 1 || *port > 65'535) {
    return refuse_request(400, "port: must be 1 to 65535, the port at which hosts are scraped");
  }
  const std::string by = request.query.contains("by") ? request.parameter("by") : "name";
  if (by != "name" && by != "address") return refuse_request(400, "by: must be name or address");
  return TargetForm{static_cast<std::uint16_t>(*port), by == "address"};
}

/// Who gets an error keeps the targets that he has, and who gets a list drops all others: so there
/// is none before the first tick, nor of addresses before the hosts had time to speak.
std::optional<ApiResponse> refuse_now(const ViewHead& head, bool by_address) {
  if (head.tick == 0) return refuse_request(503, "no view was published yet; ask again");
  if (by_address && (head.flags & flag_bit(Flag::kWarming)) != 0) {
    return refuse_request(503, "warming: addresses come with what hosts send; ask again");
  }
  return std::nullopt;
}

ApiResponse list_targets(const HostTable& table, TargetForm form, const View& view,
                         const PlaneWords& matches) {
  if (auto refused = refuse_now(view.head, form.by_address)) return std::move(*refused);
  const std::uint32_t total = begin_page(view, matches).total;
  if (total > kMaxTargets) {
    return refuse_request(
        400, fmt::format("filter: selects {} hosts, and at most {} are listed; ask for parts of "
                         "them, such as role=web",
                         total, kMaxTargets));
  }
  std::string list;
  list.reserve(total * kUsualTargetBytes);
  HostRecord record;
  for (std::uint32_t slot = 0; slot < view.head.capacity; ++slot) {
    if (!holds(matches, slot)) continue;
    if (!table.read(slot, record)) return refuse_overtaken();
    // The host left or came after this view.
    if (!record.registered || record.generation > view.head.generation) continue;
    if (form.by_address && !record.heard) continue;
    const std::string target = form.by_address
                                   ? target_at(record.source, form.port)
                                   : fmt::format("{}:{}", record.name.view(), form.port);
    append_target(list, target, record.name.view(), record.labels.view());
  }
  list += list.empty() ? "[]\n" : "]\n";
  return {.body = std::move(list)};
}

}  // namespace

std::vector<Route> target_routes(const ApiSources& sources) {
  const auto filtered = std::make_shared<FilteredView>(sources);
  Route route{"GET", "/api/v1/targets", {"filter", "port", "by"}, Access::kReaders};
  route.decide = [&sources, filtered](const ApiCall& call) {
    const auto form = read_form(call.request);
    if (const auto* refused = std::get_if<ApiResponse>(&form)) {
      ApiOutcome outcome;
      outcome.now = *refused;
      return outcome;
    }
    return filtered->answer(
        call.request.parameter("filter"),
        [&sources, form = std::get<TargetForm>(form)](const View& view, const PlaneWords& matches) {
          return list_targets(sources.host_table, form, view, matches);
        },
        kMaxPageHosts);
  };
  return {route};
}

}  // namespace flatline
