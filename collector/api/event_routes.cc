// The routes that tell what changed: all slots of a view, for a program that compares them itself,
// tick by tick, and the events of the past, step by step.

#include <algorithm>
#include <memory>

#include "collector/api/filtered_view.h"
#include "collector/api/past.h"
#include "collector/api/past_events.h"
#include "collector/api/past_filter.h"
#include "collector/api/past_request.h"
#include "collector/api/routes.h"
#include "collector/api/slots_response.h"
#include "collector/api/view_responses.h"
#include "schema/answers/event_json.h"

namespace flatline {
namespace {

// --- Slots --------------------------------------------------------------------------------------

ApiResponse present_slots(const ApiSources& sources, Instant now, const View& view,
                          const PlaneWords* matches) {
  const auto name_of = [&](std::uint8_t place) {
    CauseName named;
    const bool is_named = sources.host_table.cause_names().read(place, named) &&
                          is_since(named, {place, view.head.generation >> 32, view.head.tick});
    return is_named ? named.name : CheckName{};
  };
  return slots_response(view, matches, now - view.head.at, sources.tick, name_of);
}

ApiOutcome slots(const ApiSources& sources, FilteredView& filtered_view, const ApiCall& call) {
  const Instant now = call.moment.now;
  if (call.request.query.contains("filter")) {
    return filtered_view.answer(call.request.parameter("filter"),
                                [&sources, now](const View& view, const PlaneWords& matches) {
                                  return present_slots(sources, now, view, &matches);
                                });
  }
  ApiOutcome outcome;
  View view(sources.board.capacity());
  outcome.now =
      sources.board.read(view) ? present_slots(sources, now, view, nullptr) : refuse_overtaken();
  return outcome;
}

ApiResponse moment_slots(Past& past, const ApiCall& call) {
  const StoredStep then = past.at_with_causes(read_time(call.request, "time"));
  const View view = view_of(then);
  const auto name_of = [&](std::uint8_t place) { return past.name_of_cause(then.head, place); };
  const Duration age = call.moment.wall - then.head.time;
  const Duration step = past.shape().step;
  if (!call.request.query.contains("filter")) {
    return slots_response(view, nullptr, age, step, name_of);
  }
  const PlaneWords matches = past_matches(read_past_filter(call.request), past, then, view);
  return slots_response(view, &matches, age, step, name_of);
}

// --- Events -------------------------------------------------------------------------------------

EventQuestion read_event_question(const ApiRequest& request) {
  EventQuestion question;
  const auto limit = read_limit(request);
  if (!limit) throw PastRefused(400, limit_form());
  question.limit = *limit;
  const std::string after = request.parameter("after");
  question.after = read_event_cursor(after);
  if (!after.empty() && !question.after) throw PastRefused(400, kAfterForm);
  return question;
}

ApiResponse events(Past& past, const ApiCall& call) {
  const Stretch stretch = read_stretch(past, call);
  EventQuestion question = read_event_question(call.request);
  question.from = stretch.from;
  question.to = stretch.to;
  const Filter filter = read_past_filter(call.request);
  const bool is_filtered = !call.request.parameter("filter").empty();
  EventsAnswer answer = events_of(past, question, is_filtered ? &filter : nullptr);
  answer.note = labels_note(filter);
  return {.body = to_json(answer)};
}

void check_events(const ApiRequest& request) {
  (void)read_time(request, "from");
  if (!request.parameter("to").empty()) (void)read_time(request, "to");
  (void)read_event_question(request);
}

}  // namespace

std::vector<Route> event_routes(const ApiSources& sources) {
  const auto filtered_view = std::make_shared<FilteredView>(sources);
  Route present{"GET", "/api/v1/slots", {"filter"}, Access::kReaders};
  present.decide = [&sources, filtered_view](const ApiCall& call) {
    return slots(sources, *filtered_view, call);
  };
  return {std::move(present),
          filtered(past_route(
              sources, "/api/v1/at/slots", {"time", "filter"},
              [](const ApiRequest& request) { (void)read_time(request, "time"); }, moment_slots)),
          filtered(past_route(sources, "/api/v1/events", {"from", "to", "filter", "limit", "after"},
                              check_events, events),
                   kEventsPrice - 1)};
}

}  // namespace flatline
