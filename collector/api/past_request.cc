#include "collector/api/past_request.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "collector/api/past_filter.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

/// Opens the past for one request. If it cannot be read now, the answer is 503, since the request
/// is not at fault.
ApiResponse look_back(const ApiSources& sources, const ApiCall& call,
                      const std::function<void(const ApiRequest&)>& check_form, PastAnswer answer) {
  try {
    check_form(call.request);
    Past past(sources, call.moment);
    return answer(past, call);
  } catch (const PastRefused& refused) {
    return refuse_request(refused.status(), refused.what());
  } catch (const PastUnreadable& error) {
    return refuse_request(503, fmt::format("no looking back now: {}", error.what()));
  }
}

ApiOutcome decide_filtered(const std::function<ApiResponse(const ApiCall&)>& answer, double price,
                           const ApiCall& call) {
  ApiOutcome outcome;
  try {
    outcome.price = price + past_filter_price(read_past_filter(call.request));
  } catch (const PastRefused& refused) {
    outcome.now = refuse_request(refused.status(), refused.what());
    return outcome;
  }
  outcome.runs_on = RunsOn::kPastPool;
  outcome.later = [&answer, call] { return answer(call); };
  return outcome;
}

}  // namespace

double to_seconds(Milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

WallTime read_time(const ApiRequest& request, const std::string& name) {
  const auto time = parse_rfc3339(request.parameter(name));
  if (time) return *time;
  throw PastRefused(400, fmt::format("{}: must be a moment such as 2026-11-23T03:14:00Z", name));
}

Stretch read_stretch(const Past& past, const ApiCall& call) {
  Stretch stretch{std::max(read_time(call.request, "from"), past.oldest()), call.moment.wall};
  if (!call.request.parameter("to").empty()) {
    stretch.to = std::min(read_time(call.request, "to"), call.moment.wall);
  }
  if (stretch.from < stretch.to) return stretch;
  throw PastRefused(400, fmt::format("from: {} is not before {}", format_rfc3339(stretch.from),
                                     format_rfc3339(stretch.to)));
}

Route past_route(const ApiSources& sources, std::string_view path,
                 std::vector<std::string_view> parameters,
                 std::function<void(const ApiRequest&)> check_form, PastAnswer answer) {
  return {"GET",
          path,
          std::move(parameters),
          Access::kReaders,
          [&sources, check = std::move(check_form), answer](const ApiCall& call) {
            return look_back(sources, call, check, answer);
          },
          RunsOn::kPastPool};
}

Route filtered(Route route, double price) {
  route.decide = [answer = std::move(route.answer), price](const ApiCall& call) {
    return decide_filtered(answer, price, call);
  };
  return route;
}

}  // namespace flatline
