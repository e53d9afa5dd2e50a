// The newest view: how many, which, and why.

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <optional>

#include "collector/api/render.h"
#include "collector/api/routes.h"
#include "collector/filter.h"
#include "schema/bitmap_answer.h"
#include "schema/codec.h"
#include "schema/view_json.h"

namespace flatline {
namespace {

ApiResponse json(std::string body) {
  return {.body = std::move(body)};
}

std::optional<std::uint32_t> read_number(const std::string& text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::uint8_t planes_of(const View& view, std::uint32_t slot) {
  std::uint8_t planes = 0;
  for (std::size_t i = 0; i < kPlanes; ++i) {
    planes |= static_cast<std::uint8_t>((view.planes[i][slot / 64] >> (slot % 64) & 1) << i);
  }
  return planes;
}

ApiResponse summary(const ApiSources& sources, const Moment& moment) {
  ViewHead head;
  if (!sources.board.read_head(head)) return refuse_overtaken();
  return json(to_json(render_summary(head, sources, moment.now)));
}

ApiResponse bitmap(const ApiSources& sources, const ApiRequest& request) {
  std::size_t first = 0;
  std::size_t count = kPlanes;
  if (const auto wanted = request.query.find("plane"); wanted != request.query.end()) {
    const auto found = find_name(kPlaneNames, wanted->second);
    if (!found) {
      return refuse_request(400, fmt::format("plane: there is no '{}'; there are: {}",
                                             wanted->second, fmt::join(kPlaneNames, ", ")));
    }
    first = *found;
    count = 1;
  }
  View view(sources.board.capacity());
  if (!sources.board.read(view)) return refuse_overtaken();
  std::string body = encode_bitmap_header(
      {view.head.capacity, view.head.flags, static_cast<std::uint8_t>(first),
       static_cast<std::uint8_t>(count), view.head.tick, view.head.generation, view.head.time});
  for (std::size_t i = first; i < first + count; ++i) {
    body.append(reinterpret_cast<const char*>(view.planes[i].data()), view.planes[i].size() * 8);
  }
  return {.type = "application/octet-stream", .body = std::move(body)};
}

ApiResponse hosts(const ApiSources& sources, const ApiRequest& request, const Moment& moment) {
  const std::string limit_text = request.parameter("limit");
  const auto limit = limit_text.empty() ? kDefaultPageHosts : read_number(limit_text);
  if (!limit || *limit < 1 || *limit > kMaxPageHosts) {
    return refuse_request(400, fmt::format("limit: must be 1 to {}", kMaxPageHosts));
  }
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!after_text.empty() && (!after || *after >= sources.board.capacity())) {
    return refuse_request(400, "after: must be the `next` of the page before");
  }

  View view(sources.board.capacity());
  if (!sources.board.read(view)) return refuse_overtaken();
  const auto matched = evaluate_filter(request.parameter("filter"), view);
  if (const auto* error = std::get_if<FilterError>(&matched)) {
    return refuse_request(400, error->message);
  }
  const PlaneWords& matches = std::get<PlaneWords>(matched);
  HostPageAnswer page;
  page.tick = static_cast<double>(view.head.tick);
  page.generation = fmt::format("{:016x}", view.head.generation);
  for (const std::uint64_t word : matches)
    page.total += static_cast<std::uint32_t>(std::popcount(word));
  const std::uint32_t start = after_text.empty() ? 0 : *after + 1;
  SlotCopy copy;
  for (std::uint32_t slot = start; slot < view.head.capacity; ++slot) {
    if ((matches[slot / 64] >> (slot % 64) & 1) == 0) continue;
    if (page.hosts.size() == *limit) {
      page.next = std::to_string(page.hosts.back().slot);
      break;
    }
    copy.slot = slot;
    copy.planes = planes_of(view, slot);
    if (!sources.roster.read(slot, copy.record, copy.messages)) return refuse_overtaken();
    // Who left after this view, or came: the planes tell of another.
    if (!copy.record.registered || copy.record.generation > view.head.generation) continue;
    page.hosts.push_back(render_row(copy, moment.now));
  }
  return json(to_json(page));
}

ApiResponse host(const ApiSources& sources, const std::string& name, const Moment& moment) {
  if (!is_host_name(name)) {
    return refuse_request(400, fmt::format("not a host name: must be {}", kHostNameForm));
  }
  const auto slot = sources.roster.find(agent_id_of(sources.fleet, name));
  if (!slot) return refuse_request(404, fmt::format("no host is registered as {}", name));
  View view(sources.board.capacity());
  SlotCopy copy;
  if (!sources.board.read(view) || !sources.roster.read(*slot, copy.record, copy.messages)) {
    return refuse_overtaken();
  }
  copy.slot = *slot;
  // A host that came after this view has a slot whose planes tell of another.
  const bool shown = copy.record.generation <= view.head.generation;
  copy.planes = shown ? planes_of(view, *slot) : plane_bit(Plane::kRegistered);
  return json(to_json(render_host(copy, view.head, sources, moment.now)));
}

}  // namespace

std::vector<Route> view_routes(const ApiSources& sources) {
  const auto get = [](std::string_view path, std::vector<std::string_view> parameters,
                      std::function<ApiResponse(const ApiCall&)> answer) {
    return Route{"GET", path, std::move(parameters), Access::kReaders, std::move(answer)};
  };
  return {get("/api/v1/summary", {},
              [&](const ApiCall& call) { return summary(sources, call.moment); }),
          get("/api/v1/bitmap", {"plane"},
              [&](const ApiCall& call) { return bitmap(sources, call.request); }),
          get("/api/v1/hosts", {"filter", "limit", "after"},
              [&](const ApiCall& call) { return hosts(sources, call.request, call.moment); }),
          get("/api/v1/hosts/*", {},
              [&](const ApiCall& call) { return host(sources, call.name, call.moment); })};
}

}  // namespace flatline
