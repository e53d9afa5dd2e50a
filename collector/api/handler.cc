#include "collector/api/handler.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sodium.h>

#include <bit>
#include <charconv>
#include <set>

#include "collector/filter.h"
#include "schema/bitmap_answer.h"
#include "schema/codec.h"
#include "schema/view_json.h"

namespace flatline {
namespace {

constexpr std::string_view kHostPrefix = "/api/v1/hosts/";
constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kIndex =
    "flatline collector. Ask:\n"
    "  /api/v1/summary\n"
    "  /api/v1/bitmap?plane=healthy\n"
    "  /api/v1/hosts?filter=failing&limit=100\n"
    "  /api/v1/hosts/NAME\n"
    "  /-/healthy\n"
    "  /-/ready\n";

ApiResponse json(std::string body) {
  return {.body = std::move(body)};
}

ApiResponse overtaken() {
  return refuse_request(503, "the view was overtaken while it was read");
}

std::optional<std::uint32_t> read_number(const std::string& text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// The first parameter that a path does not take, if there is one.
std::optional<std::string> unknown_parameter(const ApiRequest& request,
                                             const std::set<std::string_view>& known) {
  for (const auto& [name, value] : request.query) {
    if (!known.contains(name)) return name;
  }
  return std::nullopt;
}

std::uint8_t planes_of(const View& view, std::uint32_t slot) {
  std::uint8_t planes = 0;
  for (std::size_t i = 0; i < kPlanes; ++i) {
    planes |= static_cast<std::uint8_t>((view.planes[i][slot / 64] >> (slot % 64) & 1) << i);
  }
  return planes;
}

/// The name in a Host header: without its port.
std::string host_name(const std::string& header) {
  if (const auto endpoint = parse_endpoint(header)) return endpoint->host;
  const bool bracketed = header.size() > 2 && header.front() == '[' && header.back() == ']';
  return bracketed ? header.substr(1, header.size() - 2) : header;
}

bool is_address(const std::string& host) {
  unsigned char buffer[16];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

}  // namespace

ApiResponse refuse_request(unsigned status, const std::string& error) {
  return {.status = status, .body = to_json(ProblemAnswer{error})};
}

ApiHandler::ApiHandler(const ApiSources& sources, Endpoint bound, std::string read_token)
    : sources_(sources), bound_(std::move(bound)), read_token_(std::move(read_token)) {}

/// A page of somebody else's that a browser was tricked to ask us under its own name is refused
/// (DNS rebinding): only addresses, localhost and the configured name are ours.
bool ApiHandler::is_for_us(const std::string& host) const {
  const std::string name = host_name(host);
  return name == "localhost" || name == bound_.host || is_address(name);
}

bool ApiHandler::may_read(const std::string& authorization) const {
  if (read_token_.empty()) return true;
  const std::string wanted = "Bearer " + read_token_;
  return authorization.size() == wanted.size() &&
         sodium_memcmp(authorization.data(), wanted.data(), wanted.size()) == 0;
}

ApiResponse ApiHandler::answer(const ApiRequest& request, const Moment& moment) const {
  if (!is_for_us(request.host)) {
    return refuse_request(421,
                          "this is not the host that was asked for; ask by address or as "
                          "localhost");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    ApiResponse refused = refuse_request(405, "only GET and HEAD are allowed");
    refused.allow = "GET, HEAD";
    return refused;
  }
  if (request.path == "/-/healthy") return healthy(moment);
  if (request.path == "/-/ready") return ready();
  if (!may_read(request.authorization)) {
    return refuse_request(401, "a read token is needed: Authorization: Bearer TOKEN");
  }
  return read(request, moment);
}

ApiResponse ApiHandler::read(const ApiRequest& request, const Moment& moment) const {
  std::set<std::string_view> known;
  if (request.path == "/api/v1/bitmap") known = {"plane"};
  if (request.path == "/api/v1/hosts") known = {"filter", "limit", "after"};
  if (const auto unknown = unknown_parameter(request, known)) {
    return refuse_request(400, fmt::format("{}: takes no parameter '{}'", request.path, *unknown));
  }
  if (request.path == "/api/v1/summary") return summary(moment);
  if (request.path == "/api/v1/bitmap") return bitmap(request);
  if (request.path == "/api/v1/hosts") return hosts(request, moment);
  if (request.path.starts_with(kHostPrefix)) {
    return host(request.path.substr(kHostPrefix.size()), moment);
  }
  if (request.path == "/") return {.type = std::string(kText), .body = std::string(kIndex)};
  return refuse_request(404, "no such path; / lists them");
}

ApiResponse ApiHandler::summary(const Moment& moment) const {
  ViewHead head;
  if (!sources_.board.read_head(head)) return overtaken();
  return json(to_json(render_summary(head, sources_, moment.now)));
}

ApiResponse ApiHandler::bitmap(const ApiRequest& request) const {
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
  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) return overtaken();
  std::string body = encode_bitmap_header(
      {view.head.capacity, view.head.flags, static_cast<std::uint8_t>(first),
       static_cast<std::uint8_t>(count), view.head.tick, view.head.generation, view.head.time});
  for (std::size_t i = first; i < first + count; ++i) {
    body.append(reinterpret_cast<const char*>(view.planes[i].data()), view.planes[i].size() * 8);
  }
  return {.type = "application/octet-stream", .body = std::move(body)};
}

ApiResponse ApiHandler::hosts(const ApiRequest& request, const Moment& moment) const {
  const auto parameter = [&](const char* name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string{} : found->second;
  };
  const std::string limit_text = parameter("limit");
  const auto limit = limit_text.empty() ? kDefaultPageHosts : read_number(limit_text);
  if (!limit || *limit < 1 || *limit > kMaxPageHosts) {
    return refuse_request(400, fmt::format("limit: must be 1 to {}", kMaxPageHosts));
  }
  const std::string after_text = parameter("after");
  const auto after = read_number(after_text);
  if (!after_text.empty() && (!after || *after >= sources_.board.capacity())) {
    return refuse_request(400, "after: must be the `next` of the page before");
  }

  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) return overtaken();
  const auto matched = evaluate_filter(parameter("filter"), view);
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
    if (!sources_.roster.read(slot, copy.record, copy.messages)) return overtaken();
    if (!copy.record.registered) continue;  // It left after this view.
    page.hosts.push_back(render_row(copy, moment.now));
  }
  return json(to_json(page));
}

ApiResponse ApiHandler::host(const std::string& name, const Moment& moment) const {
  if (!is_host_name(name)) {
    return refuse_request(
        400, fmt::format("not a host name: must be 1 to {} of A-Za-z0-9._-", kNameBytes));
  }
  const auto slot = sources_.roster.find(agent_id_of(sources_.fleet, name));
  if (!slot) return refuse_request(404, fmt::format("no host is registered as {}", name));
  View view(sources_.board.capacity());
  SlotCopy copy;
  if (!sources_.board.read(view) || !sources_.roster.read(*slot, copy.record, copy.messages)) {
    return overtaken();
  }
  copy.slot = *slot;
  copy.planes = planes_of(view, *slot);
  return json(to_json(render_host(copy, view.head, sources_, moment.now)));
}

ApiResponse ApiHandler::healthy(const Moment& moment) const {
  ViewHead head;
  if (!sources_.board.read_head(head)) return overtaken();
  if (head.tick > 0 && moment.now - head.at > kStaleViewTicks * sources_.tick) {
    return refuse_request(503, "the loop hangs: no view was published for ten ticks");
  }
  return {.type = std::string(kText), .body = "ok\n"};
}

ApiResponse ApiHandler::ready() const {
  ViewHead head;
  if (!sources_.board.read_head(head)) return overtaken();
  if (head.tick == 0 || (head.flags & flag_bit(Flag::kWarming)) != 0) {
    return refuse_request(503, "warming: less than one window since start");
  }
  return {.type = std::string(kText), .body = "ready\n"};
}

}  // namespace flatline
