// The routes that look back. They are answered from stored steps when somebody asks, on the past
// pool.

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "collector/api/past.h"
#include "collector/api/past_filter.h"
#include "collector/api/past_request.h"
#include "collector/api/render.h"
#include "collector/api/render_past.h"
#include "collector/api/routes.h"
#include "collector/api/view_responses.h"
#include "schema/answer_limits.h"
#include "schema/answers/past_json.h"
#include "schema/answers/sized_json.h"
#include "schema/answers/view_json.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

/// A page of a list whose whole length is known: at most `limit=` elements behind the `after=`-th.
struct Part {
  std::size_t first = 0;
  std::size_t end = 0;
  std::string next;
};

Part read_part(const ApiRequest& request, std::size_t total) {
  const auto limit = read_limit(request);
  const std::string after_text = request.parameter("after");
  const auto after = read_number(after_text);
  if (!limit) throw PastRefused(400, limit_form());
  if (!after_text.empty() && !after) throw PastRefused(400, kAfterForm);
  Part part;
  part.first = std::min<std::size_t>(after.value_or(0), total);
  part.end = std::min<std::size_t>(part.first + *limit, total);
  if (part.end < total) part.next = std::to_string(part.end);
  return part;
}

// --- A moment -----------------------------------------------------------------------------------

ApiResponse moment(Past& past, const ApiCall& call) {
  const StoredStep then = past.at(read_time(call.request, "time"));
  SummaryAnswer answer;
  answer.is_past = true;
  render_counts(then.head.counts, answer);
  answer.capacity = past.shape().capacity;
  answer.tick = static_cast<double>(then.head.tick);
  answer.time = format_rfc3339(then.head.time);
  answer.view_age_seconds = std::max(to_seconds(call.moment.wall - then.head.time), 0.0);
  answer.generation = fmt::format("{:016x}", then.head.generation);
  answer.flags = flag_names(then.head.flags);
  answer.doubts = doubt_texts(then.head.doubts);
  return {.body = to_json(answer)};
}

ApiResponse moment_bitmap(Past& past, const ApiCall& call) {
  const auto planes = read_planes(call.request);
  if (const auto* refused = std::get_if<ApiResponse>(&planes)) return *refused;
  const StoredStep then = past.at(read_time(call.request, "time"));
  const View view = view_of(then);
  if (!call.request.query.contains("filter")) {
    return bitmap_response(view, std::get<PlaneRange>(planes), nullptr);
  }
  const PlaneWords matches = past_matches(read_past_filter(call.request), past, then, view);
  return bitmap_response(view, std::get<PlaneRange>(planes), &matches);
}

/// Names are looked up for the page alone, so that a page costs what it shows.
ApiResponse moment_hosts(Past& past, const ApiCall& call) {
  const StoredStep then = past.at_with_causes(read_time(call.request, "time"));
  const View view = view_of(then);
  const auto read = read_hosts_page(view.head.capacity, call.request);
  if (const auto* refused = std::get_if<ApiResponse>(&read)) return *refused;
  const auto& wanted = std::get<PageRequest>(read);
  const auto named = read_slots(view, call.request);
  if (const auto* refused = std::get_if<ApiResponse>(&named)) return *refused;
  const Filter filter = read_past_filter(call.request);
  const PlaneWords matches = call.request.query.contains("slots")
                                 ? std::get<PlaneWords>(named)
                                 : past_matches(filter, past, then, view);
  HostPageAnswer page = begin_page(view, matches);
  page.note = labels_note(filter);
  std::vector<std::uint32_t> slots;
  for (std::uint32_t slot = wanted.start; slot < view.head.capacity; ++slot) {
    if (!holds(matches, slot)) continue;
    if (slots.size() == wanted.limit) {
      page.next = std::to_string(slots.back());
      break;
    }
    slots.push_back(slot);
  }
  if (slots.empty()) return {.body = to_json(page)};
  const auto holders = past.holders(then, slots.front(), slots.back() - slots.front() + 1);
  for (const std::uint32_t slot : slots) {
    const HostName name = past.name_of(holders[slot - slots.front()], slot);
    page.hosts.push_back(render_past_row(slot, then.planes[slot], name,
                                         past.name_of_cause(then.head, then.causes[slot])));
  }
  return {.body = to_json(page)};
}

void require_name(const ApiCall& call) {
  if (is_host_name(call.name)) return;
  throw PastRefused(400, fmt::format("not a host name: must be {}", kHostNameForm));
}

ApiResponse moment_host(Past& past, const ApiCall& call) {
  require_name(call);
  const StoredStep then = past.at_with_causes(read_time(call.request, "time"));
  const std::uint32_t slot = past.slot_of(call.name, then);
  return {.body = to_json(render_then(then.head, slot, then.planes[slot], HostName{call.name},
                                      past.name_of_cause(then.head, then.causes[slot])))};
}

// --- Two moments --------------------------------------------------------------------------------

ApiResponse diff(Past& past, const ApiCall& call) {
  const StoredStep before = past.at_with_causes(read_time(call.request, "from"));
  const StoredStep after = call.request.parameter("to").empty()
                               ? past.now()
                               : past.at_with_causes(read_time(call.request, "to"));
  const std::uint32_t capacity = past.shape().capacity;
  const auto had = past.holders(before, 0, capacity);
  const auto has = past.holders(after, 0, capacity);
  auto changes =
      changes_between({before.planes, had, before.causes}, {after.planes, has, after.causes});
  const Filter filter = read_past_filter(call.request);
  const MatchingTwice matching{past_matches(filter, past, before, view_of(before)),
                               past_matches(filter, past, after, view_of(after))};
  std::erase_if(changes, [&](const HostChange& change) { return !matching.has(change); });
  DiffAnswer answer;
  answer.note = labels_note(filter);
  answer.from = format_rfc3339(before.head.time);
  answer.to = format_rfc3339(after.head.time);
  std::uint32_t* const counts[] = {&answer.changed, &answer.came, &answer.went,
                                   &answer.unremembered};
  for (const HostChange& change : changes) ++*counts[static_cast<std::size_t>(change.kind)];
  const auto differences = plane_differences(matching.of(before.planes), matching.of(after.planes));
  for (std::size_t i = 0; i < kPlanes; ++i) {
    answer.planes.push_back({std::string(kPlaneNames[i]), static_cast<double>(differences[i])});
  }
  answer.total = static_cast<std::uint32_t>(changes.size());
  const Part part = read_part(call.request, changes.size());
  answer.next = part.next;
  for (std::size_t i = part.first; i < part.end; ++i) {
    const HostChange& change = changes[i];
    answer.changes.push_back(render_change(change, past.name_of(change.agent_id, change.slot),
                                           past.name_of_cause(before.head, change.cause_before),
                                           past.name_of_cause(after.head, change.cause_after)));
  }
  return {.body = to_json(answer)};
}

// --- A stretch of time --------------------------------------------------------------------------

ApiResponse host_history(Past& past, const ApiCall& call) {
  require_name(call);
  const Stretch stretch = read_stretch(past, call);
  const std::vector<Span> spans = past.host(call.name, stretch.from, stretch.to);
  const Shares shares = shares_of(spans);
  HostHistoryAnswer answer;
  answer.name = call.name;
  answer.from = format_rfc3339(stretch.from);
  answer.to = format_rfc3339(stretch.to);
  answer.step_seconds = to_seconds(past.shape().step);
  answer.watched_seconds = to_seconds(shares.watched);
  answer.healthy_seconds = to_seconds(shares.healthy);
  answer.gap_seconds = to_seconds(shares.gap);
  answer.total = static_cast<std::uint32_t>(spans.size());
  const Part part = read_part(call.request, spans.size());
  answer.next = part.next;
  for (std::size_t i = part.first; i < part.end; ++i) {
    answer.spans.push_back(render_span(spans[i], past.name_of(spans[i].cause)));
  }
  return {.body = to_json(answer)};
}

std::uint32_t read_points(const ApiRequest& request) {
  const std::string text = request.parameter("points");
  const auto points = text.empty() ? kDefaultHistoryPoints : read_number(text);
  if (points && *points >= 1 && *points <= kMaxHistoryPoints) {
    return static_cast<std::uint32_t>(*points);
  }
  throw PastRefused(400, fmt::format("points: must be 1 to {}", kMaxHistoryPoints));
}

/// How many buckets a stretch is told in: as many as are asked for, but none shorter than a step.
std::uint32_t count_buckets(const ApiRequest& request, const Stretch& stretch, Milliseconds step) {
  const auto fitting = std::max<std::int64_t>((stretch.to - stretch.from) / step, 1);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(read_points(request), fitting));
}

ApiResponse collector_history(Past& past, const ApiCall& call) {
  const Stretch stretch = read_stretch(past, call);
  const Milliseconds step = past.shape().step;
  const std::uint32_t count = count_buckets(call.request, stretch, step);
  CollectorHistoryAnswer answer;
  answer.from = format_rfc3339(stretch.from);
  answer.to = format_rfc3339(stretch.to);
  answer.step_seconds = to_seconds(step);
  answer.bucket_seconds = to_seconds(stretch.to - stretch.from) / count;
  const auto steps = past.steps(stretch.from - step_reach(step), stretch.to);
  for (const WorkBucket& bucket : work_buckets_of(steps, stretch.from, stretch.to, count)) {
    answer.points.push_back(render_work(bucket));
  }
  return {.body = to_json(answer)};
}

/// The steps of the whole fleet, or of the group that `group=KEY=VALUE` names.
std::vector<StepHead> counted_steps(Past& past, const std::string& group, const Stretch& stretch) {
  if (group.empty()) return past.steps(stretch.from, stretch.to);
  const std::size_t equals = group.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == group.size()) {
    throw PastRefused(400, "group: must be KEY=VALUE, as role=web");
  }
  return past.group_steps(group.substr(0, equals), group.substr(equals + 1), stretch.from,
                          stretch.to);
}

ApiResponse fleet_history(Past& past, const ApiCall& call) {
  const Stretch stretch = read_stretch(past, call);
  const Milliseconds step = past.shape().step;
  const std::uint32_t count = count_buckets(call.request, stretch, step);
  FleetHistoryAnswer answer;
  answer.from = format_rfc3339(stretch.from);
  answer.to = format_rfc3339(stretch.to);
  answer.step_seconds = to_seconds(step);
  answer.bucket_seconds = to_seconds(stretch.to - stretch.from) / count;
  answer.group = call.request.parameter("group");
  const auto steps = counted_steps(past, answer.group, stretch);
  for (const Bucket& bucket : buckets_of(steps, stretch.from, stretch.to, step, count)) {
    answer.points.push_back(render_point(
        bucket, answer.group.empty() ? flag_names(bucket.flags) : group_flag_names(bucket.flags)));
  }
  return {.body = pad_json(to_json(answer), kPageHeadBytes + count * kFleetPointBytes)};
}

/// What is wrong whatever is stored. `moment` is the parameter that the route cannot do without.
void check_form(const ApiRequest& request, const char* moment) {
  (void)read_time(request, moment);
  if (!request.parameter("to").empty()) (void)read_time(request, "to");
  (void)read_points(request);
  (void)read_part(request, 0);
}

}  // namespace

std::vector<Route> past_routes(const ApiSources& sources) {
  const auto get = [&sources](std::string_view path, std::vector<std::string_view> parameters,
                              PastAnswer answer) {
    // The first parameter of each route is the moment that it looks back to.
    const char* const moment = parameters.front().data();
    return past_route(
        sources, path, std::move(parameters),
        [moment](const ApiRequest& request) { check_form(request, moment); }, answer);
  };
  return {get("/api/v1/at", {"time"}, moment),
          filtered(get("/api/v1/at/bitmap", {"time", "plane", "filter"}, moment_bitmap)),
          filtered(
              get("/api/v1/at/hosts", {"time", "filter", "limit", "after", "slots"}, moment_hosts)),
          get("/api/v1/at/hosts/*", {"time"}, moment_host),
          filtered(get("/api/v1/diff", {"from", "to", "filter", "limit", "after"}, diff)),
          get("/api/v1/hosts/*/history", {"from", "to", "limit", "after"}, host_history),
          get("/api/v1/collector/history", {"from", "to", "points"}, collector_history),
          get("/api/v1/history", {"from", "to", "points", "group"}, fleet_history)};
}

}  // namespace flatline
