#include "collector/api/render_past.h"

#include <fmt/core.h>

#include <utility>

#include "collector/api/render.h"
#include "collector/view/groups.h"
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

HostRowAnswer render_past_row(std::uint32_t slot, std::uint8_t planes, const HostName& name,
                              const CheckName& check) {
  const auto in = [&](Plane plane) { return is_in(planes, plane); };
  HostRowAnswer row;
  row.name = name.view();
  row.slot = slot;
  row.state = host_state_name(host_state_of(planes));
  row.warning = in(Plane::kWarning);
  row.drained = in(Plane::kDrained);
  row.flapping = in(Plane::kFlapping);
  row.conflict = in(Plane::kConflict);
  row.check = check.view();
  return row;
}

HostThenAnswer render_then(const StepHead& head, std::uint32_t slot, std::uint8_t planes,
                           const HostName& name, const CheckName& check) {
  const HostRowAnswer row = render_past_row(slot, planes, name, check);
  return {row.name,
          row.slot,
          row.state,
          row.warning,
          row.drained,
          row.flapping,
          row.conflict,
          row.check,
          format_rfc3339(head.time),
          static_cast<double>(head.tick),
          fmt::format("{:016x}", head.generation)};
}

HostChangeAnswer render_change(const HostChange& change, const HostName& name,
                               const CheckName& before, const CheckName& after) {
  using Kind = HostChange::Kind;
  constexpr std::string_view kKinds[] = {"changed", "came", "went", kUnrememberedState};
  HostChangeAnswer answer;
  answer.name = name.view();
  answer.slot = change.slot;
  answer.kind = kKinds[static_cast<std::size_t>(change.kind)];
  answer.check_before = before.view();
  answer.check_after = after.view();
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

SpanAnswer render_span(const Span& span, const CheckName& check) {
  const auto in = [&](Plane plane) { return is_in(span.planes, plane); };
  SpanAnswer answer;
  answer.from = format_rfc3339(span.from);
  answer.to = format_rfc3339(span.to);
  answer.state = state_of(span);
  answer.warning = in(Plane::kWarning);
  answer.drained = in(Plane::kDrained);
  answer.flapping = in(Plane::kFlapping);
  answer.conflict = in(Plane::kConflict);
  answer.check = check.view();
  return answer;
}

CollectorPointAnswer render_work(const WorkBucket& bucket) {
  CollectorPointAnswer answer;
  answer.from = format_rfc3339(bucket.from);
  answer.steps = bucket.steps;
  answer.starts = bucket.starts;
  answer.flags = flag_names(bucket.flags);
  answer.seconds = std::chrono::duration<double>(bucket.time).count();
  if (bucket.time <= Duration{0}) return answer;
  const auto rate = [&](std::uint64_t count) {
    return static_cast<double>(count) / answer.seconds;
  };
  const auto share = [&](Duration part) {
    return std::chrono::duration<double>(part).count() / answer.seconds;
  };
  answer.datagrams_per_second = rate(bucket.datagrams);
  answer.bytes_per_second = rate(bucket.datagram_bytes);
  answer.published_bytes_per_second = rate(bucket.published_bytes);
  answer.processor_share = share(bucket.processor_time);
  answer.tick_share = share(bucket.tick_time);
  answer.worst_tick_seconds = std::chrono::duration<double>(bucket.worst_tick).count();
  return answer;
}

std::vector<std::string> group_flag_names(std::uint32_t flags) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kGroupFlags; ++i) {
    if ((flags >> i & 1) != 0) names.emplace_back(kGroupFlagNames[i]);
  }
  return names;
}

FleetPointAnswer render_point(const Bucket& bucket, std::vector<std::string> flags) {
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
          std::move(flags)};
}

}  // namespace flatline
