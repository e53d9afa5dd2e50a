#include "collector/api/render_past.h"

#include "collector/api/render.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

std::string_view state_of(const Span& span) {
  switch (span.kind) {
    case Span::Kind::kState:
      return host_state_name(host_state_of(span.planes));
    case Span::Kind::kAbsent:
      return kAbsentState;
    case Span::Kind::kUnremembered:
      return kUnrememberedState;
    case Span::Kind::kGap:
      break;
  }
  return kGapState;
}

}  // namespace

HostRowAnswer render_past_row(std::uint32_t slot, std::uint8_t planes, const HostName& name) {
  const auto in = [&](Plane plane) { return is_in(planes, plane); };
  HostRowAnswer row;
  row.name = name.view();
  row.slot = slot;
  row.state = host_state_name(host_state_of(planes));
  row.warning = in(Plane::kWarning);
  row.drained = in(Plane::kDrained);
  row.flapping = in(Plane::kFlapping);
  row.conflict = in(Plane::kConflict);
  return row;
}

HostChangeAnswer render_change(const HostChange& change, const HostName& name) {
  using Kind = HostChange::Kind;
  constexpr std::string_view kKinds[] = {"changed", "came", "went", kUnrememberedState};
  HostChangeAnswer answer;
  answer.name = name.view();
  answer.slot = change.slot;
  answer.kind = kKinds[static_cast<std::size_t>(change.kind)];
  if (change.kind == Kind::kChanged || change.kind == Kind::kWent) {
    answer.before = host_state_name(host_state_of(change.before));
  }
  if (change.kind != Kind::kWent) {
    answer.after = host_state_name(host_state_of(change.after));
  }
  if (change.kind != Kind::kChanged) return answer;
  for (const Plane plane : {Plane::kWarning, Plane::kDrained, Plane::kFlapping, Plane::kConflict}) {
    const bool was = is_in(change.before, plane);
    const bool is = is_in(change.after, plane);
    if (was != is) answer.beside.push_back((is ? "+" : "-") + std::string(plane_name(plane)));
  }
  return answer;
}

SpanAnswer render_span(const Span& span) {
  const auto in = [&](Plane plane) { return is_in(span.planes, plane); };
  SpanAnswer answer;
  answer.from = format_rfc3339(span.from);
  answer.to = format_rfc3339(span.to);
  answer.state = state_of(span);
  answer.warning = in(Plane::kWarning);
  answer.drained = in(Plane::kDrained);
  answer.flapping = in(Plane::kFlapping);
  answer.conflict = in(Plane::kConflict);
  return answer;
}

FleetPointAnswer render_point(const Bucket& bucket) {
  const Counts& counts = bucket.worst.counts;
  return {format_rfc3339(bucket.from),
          bucket.steps > 0 ? format_rfc3339(bucket.worst.time) : "",
          bucket.steps,
          bucket.missing,
          counts.hosts,
          counts.healthy,
          counts.failing,
          counts.silent,
          counts.unknown,
          counts.expected,
          counts.missing,
          flag_names(bucket.flags)};
}

}  // namespace flatline
