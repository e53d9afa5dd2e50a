// The routes that say whether the collector itself lives and is ready, and `/`, which lists what
// can be asked.

#include <string>

#include "collector/api/routes.h"

namespace flatline {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kIndex =
    "flatline collector. Ask:\n"
    "  /api/v1/summary\n"
    "  /api/v1/bitmap?plane=healthy\n"
    "  /api/v1/hosts?filter=failing&limit=100\n"
    "  /api/v1/names?filter=failing\n"
    "  /api/v1/rows?filter=failing\n"
    "  /api/v1/hosts/NAME\n"
    "  /api/v1/checks\n"
    "  /api/v1/keys\n"
    "  /api/v1/hosts/NAME/history?from=2026-11-23T00:00:00Z\n"
    "  /api/v1/history?from=2026-11-23T00:00:00Z&points=60\n"
    "  /api/v1/at?time=2026-11-23T03:14:00Z\n"
    "  /api/v1/at/bitmap?time=2026-11-23T03:14:00Z&plane=healthy\n"
    "  /api/v1/at/hosts?time=2026-11-23T03:14:00Z&filter=failing\n"
    "  /api/v1/diff?from=2026-11-23T03:14:00Z\n"
    "  /api/v1/events?from=2026-11-23T03:14:00Z&limit=100\n"
    "  /api/v1/slots\n"
    "  /api/v1/actions\n"
    "  /api/v1/orders\n"
    "  /api/v1/targets?port=9100&filter=role%3Dweb\n"
    "  /metrics\n"
    "  /-/healthy\n"
    "  /-/ready\n";

ApiResponse text(std::string_view body) {
  return {.type = std::string(kText), .body = std::string(body)};
}

ApiResponse healthy(const ApiSources& sources, const Moment& moment) {
  ViewHead head;
  if (!sources.board.read_head(head)) return refuse_overtaken();
  if (head.tick > 0 && moment.now - head.at > kStaleViewTicks * sources.tick) {
    return refuse_request(503, "the loop hangs: no view was published for ten ticks");
  }
  return text("ok\n");
}

ApiResponse ready(const ApiSources& sources) {
  ViewHead head;
  if (!sources.board.read_head(head)) return refuse_overtaken();
  if (head.tick == 0 || (head.flags & flag_bit(Flag::kWarming)) != 0) {
    return refuse_request(503, "warming: less than one window since start");
  }
  return text("ready\n");
}

}  // namespace

std::vector<Route> liveness_routes(const ApiSources& sources) {
  return {{"GET", "/", {}, Access::kReaders, [](const ApiCall&) { return text(kIndex); }},
          {"GET",
           "/-/healthy",
           {},
           Access::kAnybody,
           [&sources](const ApiCall& call) { return healthy(sources, call.moment); }},
          {"GET", "/-/ready", {}, Access::kAnybody, [&sources](const ApiCall&) {
             return ready(sources);
           }}};
}

}  // namespace flatline
