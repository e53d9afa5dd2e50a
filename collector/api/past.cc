#include "collector/api/past.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/slot_bytes.h"
#include "schema/moment.h"

namespace flatline {

Past::Past(const ApiSources& sources, const Moment& moment)
    : sources_(sources), moment_(moment), history_(sources.data), tenures_(sources.data) {}

Snapshotted Past::at(WallTime time) {
  if (time > moment_.wall + kMomentAhead) {
    throw PastRefused(400, fmt::format("{}: that is yet to come; it is {} here",
                                       format_rfc3339(time), format_rfc3339(moment_.wall)));
  }
  Snapshotted found;
  found.planes.resize(shape().capacity);
  const auto head = history_.read(time, found.planes);
  if (!head || time - head->time > step_reach(shape().step)) refuse_gap(time);
  found.head = *head;
  found.tenures = tenures_.between(head->time, head->time);
  return found;
}

/// The steps around a moment that none tells of: the whole ring is looked through, once.
void Past::refuse_gap(WallTime time) {
  const auto before = history_.list(oldest(), time);
  const auto after = history_.list(time, moment_.wall + kMomentAhead);
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

Snapshotted Past::now() {
  View view(sources_.board.capacity());
  if (!sources_.board.read(view)) throw PastRefused(503, "the view was overtaken; ask again");
  Snapshotted found;
  found.head = {0,
                view.head.time,
                view.head.tick,
                view.head.generation,
                view.head.flags,
                view.head.doubts,
                view.head.counts};
  found.planes.resize(view.head.capacity);
  to_slot_bytes(view, found.planes);
  // Who came within the last tick is shown by the slot alone until the registry has stored it.
  found.tenures = tenures_.between(view.head.time, view.head.time);
  return found;
}

std::vector<Span> Past::host(const std::string& name, WallTime from, WallTime to) {
  const std::vector<Tenure> tenures = tenures_.of(agent_id_of(sources_.fleet, name));
  if (tenures.empty()) {
    throw PastRefused(
        404, fmt::format("no host was registered as {}, as far back as is remembered", name));
  }
  std::vector<Span> spans;
  WallTime told = from;
  for (const Tenure& tenure : tenures) {
    if (tenure.to <= from || tenure.from >= to) continue;
    append(spans, {told, std::max(tenure.from, from), Span::Kind::kAbsent, 0});
    append_tenure(tenure, from, to, spans);
    told = std::min(tenure.to, to);
  }
  append(spans, {told, to, Span::Kind::kAbsent, 0});
  return spans;
}

/// A host is first seen in the step after it came; until then it is as good as absent.
void Past::append_tenure(const Tenure& tenure, WallTime from, WallTime to,
                         std::vector<Span>& spans) {
  if (tenure.slot >= shape().capacity) return;
  const Milliseconds reach = step_reach(shape().step);
  WallTime begin = std::max(tenure.from, from);
  const WallTime end = std::min(tenure.to, to);
  auto steps = history_.read_slot(tenure.slot, begin - reach, end);
  std::erase_if(steps, [&](const SlotStep& step) {
    return step.time < tenure.from || step.time >= tenure.to;
  });
  const WallTime seen = steps.empty() ? end : steps.front().time;
  if (tenure.from >= from && seen - tenure.from <= reach) {
    append(spans, {begin, seen, Span::Kind::kAbsent, 0});
    begin = seen;
  }
  for (const Span& span : spans_of(steps, begin, end, shape().step)) append(spans, span);
}

std::vector<StepHead> Past::steps(WallTime from, WallTime to) {
  return history_.list(from, to);
}

}  // namespace flatline
