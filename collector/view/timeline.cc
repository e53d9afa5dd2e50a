#include "collector/view/timeline.h"

#include <algorithm>
#include <unordered_map>

#include "schema/invariant.h"

namespace flatline {
namespace {

bool registered(std::uint8_t planes) {
  return (planes & plane_bit(Plane::kRegistered)) != 0;
}

/// A check with a name says more than another one, and that more than none.
int weight(const ToldCause& cause) {
  if (cause.place == kNoCause) return 0;
  return cause.place == kOtherCause ? 1 : 2;
}

ToldCause cause_of(const SlotStep& step) {
  if (step.cause == kNoCause) return {};
  return {step.cause, step.generation >> 32, step.tick};
}

}  // namespace

Milliseconds step_reach(Milliseconds step) {
  return step + step / kTicksPerHistoryStep;
}

void append(std::vector<Span>& spans, const Span& span) {
  if (span.from >= span.to) return;
  if (!spans.empty() && spans.back().kind == span.kind && spans.back().planes == span.planes &&
      spans.back().to == span.from) {
    spans.back().to = span.to;
    if (weight(span.cause) > weight(spans.back().cause)) spans.back().cause = span.cause;
  } else {
    spans.push_back(span);
  }
}

std::vector<Span> spans_of(std::span<const SlotStep> steps, WallTime from, WallTime to,
                           Milliseconds step) {
  std::vector<Span> spans;
  WallTime told = from;  // `spans` reaches to here.
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const WallTime begin = std::clamp(steps[i].time, from, to);
    const WallTime next = i + 1 < steps.size() ? steps[i + 1].time : to;
    const bool reaches = next - steps[i].time <= step_reach(step);
    const WallTime end = std::clamp(reaches ? next : steps[i].time + step, from, to);
    append(spans, {told, begin, Span::Kind::kGap});
    const bool there = registered(steps[i].planes);
    append(spans,
           {std::max(begin, told), end, there ? Span::Kind::kState : Span::Kind::kAbsent,
            there ? steps[i].planes : std::uint8_t{0}, there ? cause_of(steps[i]) : ToldCause{}});
    told = std::max(told, end);
  }
  append(spans, {told, to, Span::Kind::kGap});
  return spans;
}

Shares shares_of(std::span<const Span> spans) {
  Shares shares;
  for (const Span& span : spans) {
    const Milliseconds length = span.to - span.from;
    if (span.kind == Span::Kind::kGap) shares.gap += length;
    if (span.kind != Span::Kind::kState) continue;
    shares.watched += length;
    if (host_state_of(span.planes) == HostState::kHealthy) shares.healthy += length;
  }
  return shares;
}

std::vector<Bucket> buckets_of(std::span<const StepHead> steps, WallTime from, WallTime to,
                               Milliseconds step, std::uint32_t count) {
  INVARIANT(from < to);
  INVARIANT(count > 0);
  std::vector<Bucket> buckets(count);
  const Milliseconds length = to - from;
  for (std::uint32_t i = 0; i < count; ++i) buckets[i].from = from + length * i / count;
  const auto bucket_at = [&](WallTime time) -> Bucket& {
    const auto index = (time - from) * std::int64_t{count} / length;
    return buckets[static_cast<std::size_t>(std::clamp<std::int64_t>(index, 0, count - 1))];
  };
  // A missing step counts in the bucket where it should have been.
  const auto miss = [&](WallTime after, WallTime before) {
    for (WallTime time = after + step; before - time >= step / kTicksPerHistoryStep; time += step) {
      ++bucket_at(time).missing;
    }
  };
  WallTime last = from;
  for (const StepHead& head : steps) {
    miss(last, head.time);
    last = head.time;
    Bucket& bucket = bucket_at(head.time);
    if (bucket.steps == 0 || head.counts.healthy < bucket.worst.counts.healthy) bucket.worst = head;
    ++bucket.steps;
    bucket.flags |= head.flags;
  }
  miss(last, to);
  return buckets;
}

std::vector<HostChange> changes_between(const FleetAt& before, const FleetAt& after) {
  INVARIANT(before.planes.size() == after.planes.size());
  using Kind = HostChange::Kind;
  constexpr AgentId kNone = AgentId::kNone;
  std::vector<HostChange> changes;
  std::unordered_map<AgentId, std::uint32_t> left;  // Hosts that left their slot, and that slot.
  std::vector<std::uint32_t> entered;               // Slots with another host than before.
  for (std::uint32_t slot = 0; slot < before.planes.size(); ++slot) {
    const std::uint8_t then = before.planes[slot];
    const std::uint8_t now = after.planes[slot];
    const AgentId had = before.holders[slot];
    if (registered(then) && registered(now) && had == after.holders[slot]) {
      if (then != now) {
        changes.push_back(
            {Kind::kChanged, had, slot, then, now, before.cause(slot), after.cause(slot)});
      }
      continue;
    }
    if (registered(now)) entered.push_back(slot);
    if (registered(then) && had != kNone) left.emplace(had, slot);
    if (registered(then) && had == kNone && !registered(now)) {
      changes.push_back({Kind::kWent, had, slot, then, 0, before.cause(slot)});
    }
  }
  for (const std::uint32_t slot : entered) {
    const AgentId has = after.holders[slot];
    const std::uint8_t now = after.planes[slot];
    const bool is_anonymous = registered(before.planes[slot]) && before.holders[slot] == kNone;
    const auto moved = left.find(has);
    if (moved == left.end()) {
      changes.push_back({is_anonymous ? Kind::kUnremembered : Kind::kCame, has, slot, 0, now,
                         kNoCause, after.cause(slot)});
      continue;
    }
    const std::uint8_t then = before.planes[moved->second];
    if (then != now) {
      changes.push_back({Kind::kChanged, has, slot, then, now, before.cause(moved->second),
                         after.cause(slot), moved->second});
    }
    if (is_anonymous) {
      changes.push_back({Kind::kWent, kNone, slot, before.planes[slot], 0, before.cause(slot)});
    }
    left.erase(moved);
  }
  for (const auto& [agent, slot] : left) {
    changes.push_back({Kind::kWent, agent, slot, before.planes[slot], 0, before.cause(slot)});
  }
  std::sort(changes.begin(), changes.end(), [](const HostChange& a, const HostChange& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.slot < b.slot;
  });
  return changes;
}

std::vector<HostChange> changes_of_same_hosts(const FleetAt& before, const FleetAt& after) {
  INVARIANT(before.planes.size() == after.planes.size());
  using Kind = HostChange::Kind;
  std::vector<HostChange> changes;
  for (std::uint32_t slot = 0; slot < before.planes.size(); ++slot) {
    const std::uint8_t then = before.planes[slot];
    const std::uint8_t now = after.planes[slot];
    if (then == now) continue;
    const Kind kind = !registered(then) ? Kind::kCame
                      : registered(now) ? Kind::kChanged
                                        : Kind::kWent;
    changes.push_back(
        {kind, AgentId::kNone, slot, then, now, before.cause(slot), after.cause(slot)});
  }
  std::stable_sort(changes.begin(), changes.end(), [](const HostChange& a, const HostChange& b) {
    return a.kind < b.kind;  // They ascend by slot already.
  });
  return changes;
}

std::array<std::uint32_t, kPlanes> plane_differences(std::span<const std::uint8_t> before,
                                                     std::span<const std::uint8_t> after) {
  std::array<std::uint32_t, kPlanes> differences{};
  const std::size_t size = std::max(before.size(), after.size());
  for (std::size_t slot = 0; slot < size; ++slot) {
    const std::uint8_t then = slot < before.size() ? before[slot] : std::uint8_t{0};
    const std::uint8_t now = slot < after.size() ? after[slot] : std::uint8_t{0};
    for (std::size_t i = 0; i < kPlanes; ++i) {
      const auto plane = static_cast<Plane>(i);
      differences[i] += is_in(then, plane) != is_in(now, plane) ? 1 : 0;
    }
  }
  return differences;
}

}  // namespace flatline
