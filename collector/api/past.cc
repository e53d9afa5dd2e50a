#include "collector/api/past.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/view/slot_bytes.h"
#include "schema/program/wall_time.h"

namespace flatline {

View view_of(const StoredStep& then) {
  View view(static_cast<std::uint32_t>(then.planes.size()));
  view.head.tick = then.head.tick;
  view.head.time = then.head.time;
  view.head.generation = then.head.generation;
  view.head.flags = then.head.flags;
  view.head.doubts = then.head.doubts;
  view.head.counts = then.head.counts;
  from_slot_bytes(then.planes, view);
  if (!then.causes.empty()) view.causes = then.causes;
  return view;
}

Past::Past(const ApiSources& sources, const Moment& moment)
    : sources_(sources), moment_(moment), stored_(sources.open_past()) {
  if (shape().capacity != sources.board.capacity()) {
    throw PastUnreadable(fmt::format("the history is of {} slots, the collector of {}",
                                     shape().capacity, sources.board.capacity()));
  }
  ViewHead head;
  if (sources.board.read_head(head)) start_ = head.generation >> 32;
}

StoredStep Past::at(WallTime time) {
  if (time > moment_.wall + kMomentAhead) {
    throw PastRefused(400, fmt::format("{}: that is yet to come; it is {} here",
                                       format_rfc3339(time), format_rfc3339(moment_.wall)));
  }
  StoredStep found;
  found.planes.resize(shape().capacity);
  const auto head = stored_->read(time, found.planes);
  if (!head || time - head->time > step_reach(shape().step)) refuse_gap(time);
  found.head = *head;
  return found;
}

StoredStep Past::at_with_causes(WallTime time) {
  StoredStep found = at(time);
  fill_causes(found);
  return found;
}

void Past::fill_causes(StoredStep& step) {
  step.causes.resize(shape().capacity);
  (void)stored_->read_causes(step.head.number, step.causes);
}

std::optional<StoredStep> Past::step(const StepHead& head) {
  StoredStep found;
  found.planes.resize(shape().capacity);
  const auto newest = stored_->read(head.time, found.planes);
  if (!newest || newest->number != head.number) return std::nullopt;
  found.head = *newest;
  return found;
}

/// Names the steps around a moment that no step tells about. For that it looks through the whole
/// ring, once.
void Past::refuse_gap(WallTime time) {
  auto before = stored_->list(oldest(), time);
  auto after = stored_->list(time, moment_.wall + kMomentAhead);
  // A step is listed by its place, in which it may be later than the moment.
  std::erase_if(before, [&](const StepHead& step) { return step.time > time; });
  std::erase_if(after, [&](const StepHead& step) { return step.time <= time; });
  std::string around = "nothing is stored yet";
  if (!before.empty() && !after.empty()) {
    around = fmt::format("nothing was stored between {} and {}", format_rfc3339(before.back().time),
                         format_rfc3339(after.front().time));
  } else if (!before.empty()) {
    around = fmt::format("nothing was stored after {}", format_rfc3339(before.back().time));
  } else if (!after.empty()) {
    around = fmt::format("what is stored begins at {}", format_rfc3339(after.front().time));
  }
  throw PastRefused(404, fmt::format("{}: {}", format_rfc3339(time), around));
}

StoredStep Past::now() {
  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) throw PastRefused(503, "the view was overtaken; ask again");
  StoredStep found;
  found.head = {0,
                view.head.time,
                view.head.tick,
                view.head.generation,
                view.head.flags,
                view.head.doubts,
                view.head.counts};
  found.planes.resize(view.head.capacity);
  to_slot_bytes(view, found.planes);
  found.causes = view.causes;
  return found;
}

bool Past::is_of_this_start(std::uint64_t generation) const {
  return start_ != 0 && generation >> 32 == start_;
}

/// For a moment of this start the host table knows, by generations, who was there and still is,
/// whatever was done to the wall clock meanwhile. The registry knows everybody else.
std::vector<AgentId> Past::holders(const StoredStep& then, std::uint32_t first,
                                   std::uint32_t count) {
  std::vector<AgentId> holders(count, AgentId::kNone);
  const bool is_ours = is_of_this_start(then.head.generation);
  std::uint32_t begin = count;  // The first place that the registry must fill.
  std::uint32_t end = 0;        // The end of such places.
  for (std::uint32_t i = 0; i < count; ++i) {
    if ((then.planes[first + i] & plane_bit(Plane::kRegistered)) == 0) continue;
    HostRecord record;
    if (is_ours && sources_.host_table.read(first + i, record) && record.registered &&
        record.generation <= then.head.generation) {
      holders[i] = record.agent_id;
      continue;
    }
    begin = std::min(begin, i);
    end = i + 1;
  }
  if (begin >= end) return holders;
  std::vector<AgentId> stored(end - begin, AgentId::kNone);
  stored_->fill_holders(then.head.time, first + begin, stored);
  for (std::uint32_t i = begin; i < end; ++i) {
    if (holders[i] == AgentId::kNone) holders[i] = stored[i - begin];
  }
  return holders;
}

/// A host that came within the last tick may not be in the registry yet, but it is in its slot.
HostName Past::name_of(AgentId agent, std::uint32_t slot) {
  if (agent == AgentId::kNone) return {};
  const HostName stored = stored_->name_of(agent);
  HostRecord record;
  if (!stored.empty() || sources_.host_table.agent(slot) != agent ||
      !sources_.host_table.read(slot, record) || record.agent_id != agent) {
    return stored;
  }
  return record.name;
}

/// Who has a place now has had it since then, and may not be stored yet. Of others, the registry
/// knows.
CheckName Past::name_of(const ToldCause& told) {
  if (told.place == kNoCause || told.place == kOtherCause) return {};
  CauseName now;
  if (sources_.host_table.cause_names().read(told.place, now) && !now.name.empty() &&
      is_since(now, told)) {
    return now.name;
  }
  if (!cause_names_) cause_names_.emplace(stored_->cause_names());
  return cause_names_->name_of(told);
}

std::uint32_t Past::slot_of(const std::string& name, const StoredStep& then) {
  const AgentId agent = agent_id_of(sources_.fleet, name);
  const auto who = holders(then, 0, shape().capacity);
  const auto found = std::ranges::find(who, agent);
  if (found != who.end()) return static_cast<std::uint32_t>(found - who.begin());
  throw PastRefused(404, fmt::format("no host is known to have been registered as {} at {}", name,
                                     format_rfc3339(then.head.time)));
}

std::vector<Span> Past::host(const std::string& name, WallTime from, WallTime to) {
  const std::vector<Tenancy> tenancies = stored_->tenancies_of(agent_id_of(sources_.fleet, name));
  if (tenancies.empty()) {
    throw PastRefused(
        404, fmt::format("no host was registered as {}, as far back as is remembered", name));
  }
  std::vector<TenancySteps> tenancies_told;
  for (const Tenancy& tenancy : tenancies) {
    if (tenancy.slot >= shape().capacity) continue;
    tenancies_told.push_back(tenancy.to == WallTime::max() ? present_tenancy(tenancy, from, to)
                                                           : past_tenancy(tenancy, from, to));
  }
  std::sort(tenancies_told.begin(), tenancies_told.end(),
            [](const TenancySteps& a, const TenancySteps& b) { return a.from < b.from; });
  std::vector<Span> spans;
  WallTime told = from;
  for (const TenancySteps& told_tenancy : tenancies_told) {
    if (told_tenancy.to <= told || told_tenancy.from >= to) continue;
    append_absence(told, told_tenancy.from, spans);
    append_tenancy(told_tenancy, told, to, spans);
    told = std::min(told_tenancy.to, to);
  }
  append_absence(told, to, spans);
  return spans;
}

/// When the first step that is stored was made, or the far future if none is. Before it nobody
/// watched, so that nothing is known of who was there.
WallTime Past::first_step() {
  if (!first_step_) {
    const auto steps = stored_->list(oldest(), moment_.wall + kMomentAhead);
    first_step_ = steps.empty() ? WallTime::max() : steps.front().time;
  }
  return *first_step_;
}

/// Appends a stretch outside the tenancies that are remembered. Until forgotten_until() others may
/// be forgotten: where steps tell that any hosts were registered then, this host may have been
/// among them, and the stretch is unremembered instead of absent.
void Past::append_absence(WallTime from, WallTime to, std::vector<Span>& spans) {
  if (from < to && from < first_step()) {
    const WallTime begin = std::min(first_step(), to);
    append(spans, {from, begin, Span::Kind::kGap});
    from = begin;
  }
  const WallTime known = std::clamp(stored_->forgotten_until(), from, std::max(from, to));
  if (known > from) {
    std::vector<SlotStep> steps;
    for (const StepHead& head : stored_->list(from - step_reach(shape().step), known)) {
      const std::uint8_t any = head.counts.hosts > 0 ? plane_bit(Plane::kRegistered) : 0;
      steps.push_back({head.number, head.time, head.generation, head.flags, any});
    }
    for (Span span : spans_of(steps, from, known, shape().step)) {
      if (span.kind == Span::Kind::kState)
        span = {span.from, span.to, Span::Kind::kUnremembered, 0};
      append(spans, span);
    }
  }
  append(spans, {known, to, Span::Kind::kAbsent, 0});
}

Past::TenancySteps Past::past_tenancy(const Tenancy& tenancy, WallTime from, WallTime to) {
  TenancySteps told_tenancy{tenancy.from, tenancy.to, {}};
  if (tenancy.to <= from || tenancy.from >= to) return told_tenancy;
  told_tenancy.steps =
      stored_->read_slot(tenancy.slot, std::max(tenancy.from, from) - step_reach(shape().step),
                         std::min(tenancy.to, to));
  std::erase_if(told_tenancy.steps, [&](const SlotStep& step) {
    return step.time < tenancy.from || step.time >= tenancy.to;
  });
  return told_tenancy;
}

/// For steps of this start the generation says whether the host was there. Times would not do: if
/// the wall clock was set back since the host came, it would seem to have come after it was seen.
Past::TenancySteps Past::present_tenancy(const Tenancy& tenancy, WallTime from, WallTime to) {
  HostRecord record;
  const bool known = sources_.host_table.read(tenancy.slot, record) && record.registered &&
                     record.agent_id == tenancy.agent_id;
  TenancySteps told_tenancy{tenancy.from, tenancy.to,
                            stored_->read_slot(tenancy.slot, from - step_reach(shape().step), to)};
  std::erase_if(told_tenancy.steps, [&](const SlotStep& step) {
    return known && is_of_this_start(step.generation) ? step.generation < record.generation
                                                      : step.time < tenancy.from;
  });
  if (!told_tenancy.steps.empty())
    told_tenancy.from = std::min(told_tenancy.from, told_tenancy.steps.front().time);
  return told_tenancy;
}

/// A host is first seen in the step after it came, and counts as absent until then.
void Past::append_tenancy(const TenancySteps& told_tenancy, WallTime from, WallTime to,
                          std::vector<Span>& spans) {
  WallTime begin = std::max(told_tenancy.from, from);
  const WallTime end = std::min(told_tenancy.to, to);
  const WallTime seen = told_tenancy.steps.empty() ? end : told_tenancy.steps.front().time;
  if (told_tenancy.from >= from && seen - told_tenancy.from <= step_reach(shape().step)) {
    append(spans, {begin, seen, seen <= first_step() ? Span::Kind::kGap : Span::Kind::kAbsent, 0});
    begin = seen;
  }
  for (const Span& span : spans_of(told_tenancy.steps, begin, end, shape().step))
    append(spans, span);
}

std::vector<StepHead> Past::steps(WallTime from, WallTime to) {
  return stored_->list(from, to);
}

std::vector<StepHead> Past::group_steps(const std::string& key, const std::string& value,
                                        WallTime from, WallTime to) {
  auto tenancies = stored_->group_tenancies();
  std::erase_if(tenancies, [&](const GroupTenancy& tenancy) {
    return tenancy.key.view() != key || tenancy.value.view() != value;
  });
  if (tenancies.empty()) {
    throw PastRefused(404, fmt::format("no group {}={} is remembered", key, value));
  }
  std::vector<StepHead> steps;
  stored_->read_groups(from, to, [&](const StepHead& head, const StoredGroups& groups) {
    StepHead& step = steps.emplace_back(head);
    step.counts = {};
    step.flags = 0;
    const auto had = std::ranges::find_if(
        tenancies, [&](const GroupTenancy& tenancy) { return tenancy.has(groups.assignment); });
    if (had == tenancies.end()) return;
    const std::size_t index = StoredGroups::index(had->key_index, had->place);
    const GroupCounts& counts = groups.counts[index];
    step.counts.hosts = counts.registered;
    step.counts.healthy = counts.healthy;
    step.counts.failing = counts.failing;
    step.counts.silent = counts.silent;
    step.counts.missing = counts.missing;
    step.counts.unknown =
        counts.registered - counts.healthy - counts.failing - counts.silent - counts.missing;
    step.flags = groups.flags[index];
  });
  std::ranges::sort(steps, {}, &StepHead::number);
  return steps;
}

}  // namespace flatline
