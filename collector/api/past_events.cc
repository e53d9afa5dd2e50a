#include "collector/api/past_events.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "collector/api/past_filter.h"
#include "collector/api/render.h"
#include "collector/api/render_past.h"
#include "collector/api/view_responses.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

/// A step, and what is found out about it where it is needed: it is compared twice.
struct Compared {
  StoredStep step;
  std::vector<AgentId> holders = {};
  std::optional<PlaneWords> matches = {};
  bool has_causes = false;
};

class EventPage {
 public:
  EventPage(Past& past, const EventQuestion& question, const Filter* filter)
      : past_(past), question_(question), filter_(filter) {}

  EventsAnswer make() {
    const std::vector<StepHead> heads = list();
    answer_.step_seconds = std::chrono::duration<double>(step()).count();
    if (heads.empty()) {
      if (begin_ < question_.to) append_gap(begin_, question_.to);
      return std::move(answer_);
    }
    const bool goes_on = question_.after && question_.after->step == heads.front().number;
    if (!goes_on && heads.front().time - begin_ > reach()) append_gap(begin_, heads.front().time);
    if (!compare_all(heads)) return std::move(answer_);
    const StepHead& last = last_ ? *last_ : heads.front();
    if (question_.to - last.time <= reach()) return std::move(answer_);
    if (is_full()) {
      go_on_behind(last.number, 0);
    } else {
      append_gap(last.time + step(), question_.to);
    }
    return std::move(answer_);
  }

 private:
  [[nodiscard]] Milliseconds step() const { return past_.shape().step; }
  [[nodiscard]] Milliseconds reach() const { return step_reach(step()); }
  [[nodiscard]] bool is_full() const { return answer_.events.size() >= question_.limit; }

  /// The steps of this page, and one beyond if there is one: as many as may be compared, and where
  /// there is a long gap all that follow, since nobody knows how long it is.
  std::vector<StepHead> list() {
    begin_ = question_.after ? WallTime{step() * static_cast<std::int64_t>(question_.after->step)}
                             : question_.from;
    const WallTime end = std::min(begin_ + step() * std::int64_t{kEventSteps}, question_.to);
    is_last_ = end == question_.to;
    std::vector<StepHead> heads = past_.steps(begin_, end);
    if (!is_last_ && heads.size() < 2) {
      heads = past_.steps(begin_, question_.to);
      is_last_ = true;
    }
    // A step is of the time that its number means, but may have been made a little later.
    std::erase_if(heads, [&](const StepHead& head) {
      return head.time < begin_ || head.time > question_.to;
    });
    return heads;
  }

  void go_on_behind(std::uint64_t number, std::uint64_t told) {
    answer_.next = fmt::format("{}-{}", number, told);
  }

  /// False if the page ends before the last of these steps. Else the next page, if there is to be
  /// one, begins at it.
  bool compare_all(const std::vector<StepHead>& heads) {
    std::uint64_t work = 0;
    std::optional<Compared> before;
    for (const StepHead& head : heads) {
      if (before && (is_full() || work >= kEventSlots)) {
        go_on_behind(before->step.head.number, 0);
        return false;
      }
      work += past_.shape().capacity;
      auto whole = past_.step(head);
      if (!whole) continue;
      Compared after{std::move(*whole)};
      if (before) {
        work += work_of(before->step.head, head);
        if (!compare(*before, after)) return false;
        answer_.to = format_rfc3339(head.time);
      } else {
        answer_.from = answer_.to = format_rfc3339(head.time);
      }
      last_ = head;
      before = std::move(after);
    }
    if (is_last_) return true;
    // Where no step behind the first can be read, the next page leaves them behind.
    const bool moves_on = last_ && last_->number != heads.front().number;
    go_on_behind((moves_on ? *last_ : heads.back()).number, 0);
    return false;
  }

  /// What comparing two steps costs beyond reading them.
  [[nodiscard]] std::uint64_t work_of(const StepHead& before, const StepHead& after) const {
    const bool reads_hosts = before.generation != after.generation ||
                             (filter_ != nullptr && !filter_->reads_planes_only());
    return reads_hosts ? kEventHostsPrice * std::uint64_t{past_.shape().capacity} : 0;
  }

  /// Appends what changed. False if the page is full before all of it is told.
  bool compare(Compared& before, Compared& after) {
    const StepHead& then = before.step.head;
    const StepHead& now = after.step.head;
    std::uint64_t index = 0;
    const std::uint64_t told =
        question_.after && question_.after->step == then.number ? question_.after->told : 0;
    // An event is made only where it is told.
    const auto tell = [&](auto&& make) {
      if (index++ < told) return true;
      if (is_full()) {
        go_on_behind(then.number, index - 1);
        return false;
      }
      answer_.events.push_back(make());
      return true;
    };
    if (now.time - then.time > reach() &&
        !tell([&] { return gap(then.time + step(), now.time); })) {
      return false;
    }
    if (now.generation >> 32 != then.generation >> 32 &&
        !tell([&] { return event(then, now, kStartedEvent); })) {
      return false;
    }
    if (now.flags != then.flags && !tell([&] { return flags_event(then, now); })) return false;
    for (const HostChange& change : changes(before, after)) {
      if (!tell([&] { return host_event(before.step, after.step, change); })) return false;
    }
    return true;
  }

  std::vector<HostChange> changes(Compared& before, Compared& after) {
    const StoredStep& then = before.step;
    const StoredStep& now = after.step;
    if (then.planes == now.planes && then.head.generation == now.head.generation) return {};
    for (Compared* each : {&before, &after}) {
      if (!std::exchange(each->has_causes, true)) past_.fill_causes(each->step);
    }
    std::vector<HostChange> changes;
    if (then.head.generation == now.head.generation) {
      changes = changes_of_same_hosts({then.planes, {}, then.causes}, {now.planes, {}, now.causes});
    } else {
      for (Compared* each : {&before, &after}) {
        if (each->holders.empty()) {
          each->holders = past_.holders(each->step, 0, past_.shape().capacity);
        }
      }
      changes = changes_between({then.planes, before.holders, then.causes},
                                {now.planes, after.holders, now.causes});
    }
    if (filter_ == nullptr || changes.empty()) return changes;
    for (Compared* each : {&before, &after}) {
      if (!each->matches) {
        each->matches = past_matches(*filter_, past_, each->step, view_of(each->step));
      }
    }
    const MatchingTwice matching{*before.matches, *after.matches};
    std::erase_if(changes, [&](const HostChange& change) { return !matching.has(change); });
    return changes;
  }

  [[nodiscard]] static EventAnswer event(const StepHead& before, const StepHead& after,
                                         const char* kind) {
    EventAnswer event{format_rfc3339(after.time), kind};
    event.from = format_rfc3339(before.time);
    return event;
  }

  [[nodiscard]] static EventAnswer gap(WallTime from, WallTime to) {
    EventAnswer event{format_rfc3339(to), kGapEvent};
    event.from = format_rfc3339(from);
    return event;
  }
  void append_gap(WallTime from, WallTime to) { answer_.events.push_back(gap(from, to)); }

  [[nodiscard]] static EventAnswer flags_event(const StepHead& before, const StepHead& after) {
    EventAnswer told = event(before, after, kFlagsEvent);
    for (const std::string& flag : flag_names(after.flags & ~before.flags)) {
      told.beside.push_back("+" + flag);
    }
    for (const std::string& flag : flag_names(before.flags & ~after.flags)) {
      told.beside.push_back("-" + flag);
    }
    return told;
  }

  EventAnswer host_event(const StoredStep& before, const StoredStep& after,
                         const HostChange& change) {
    const StoredStep& seen = change.kind == HostChange::Kind::kWent ? before : after;
    const AgentId holder = change.agent_id != AgentId::kNone
                               ? change.agent_id
                               : past_.holders(seen, change.slot, 1).front();
    const HostChangeAnswer told =
        render_change(change, past_.name_of(holder, change.slot),
                      past_.name_of_cause(before.head, change.cause_before),
                      past_.name_of_cause(after.head, change.cause_after));
    EventAnswer event = EventPage::event(before.head, after.head, "");
    event.kind = told.kind;
    event.name = told.name;
    event.slot = told.slot;
    event.before = told.before;
    event.after = told.after;
    event.beside = told.beside;
    event.check_before = told.check_before;
    event.check_after = told.check_after;
    return event;
  }

  Past& past_;
  const EventQuestion& question_;
  const Filter* filter_;
  EventsAnswer answer_;
  std::optional<StepHead> last_;  ///< The last step that was read.
  WallTime begin_{};              ///< Where the steps of this page begin.
  bool is_last_ = true;           ///< No step up to question_.to comes behind those of this page.
};

}  // namespace

std::optional<EventCursor> read_event_cursor(const std::string& text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto step = read_number(text.substr(0, dash));
  const auto told = read_number(text.substr(dash + 1));
  // A step's time must be one that a wall clock can show.
  constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 40;
  if (!step || !told || *step >= kMostSteps) return std::nullopt;
  return EventCursor{*step, *told};
}

EventsAnswer events_of(Past& past, const EventQuestion& question, const Filter* filter) {
  return EventPage(past, question, filter).make();
}

}  // namespace flatline
