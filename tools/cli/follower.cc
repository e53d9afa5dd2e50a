#include "tools/cli/follower.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tools/cli/report/event_report.h"

namespace flatline::cli {
namespace {

std::vector<SlotNames::Replaced> names_of(const std::vector<std::uint32_t>& slots,
                                          const SlotNames& names) {
  std::vector<SlotNames::Replaced> named;
  for (const std::uint32_t slot : slots) named.push_back({slot, names.name(slot)});
  return named;
}

}  // namespace

Follower::Follower(FollowSource& source, std::size_t lines, std::optional<WallTime> since,
                   EventFold::Tell tell, Warn warn)
    : source_(source), fold_(lines, tell), tell_(std::move(tell)), warn_(std::move(warn)) {
  SlotsAnswer first = source_.slots();
  names_ = SlotNames(first.header.capacity);
  fetch_all_names();
  begin(since, std::move(first));
}

void Follower::fetch_all_names() {
  while (const auto page = names_.next_page()) (void)names_.take(source_.names(*page));
}

SlotsAnswer Follower::slots_at(WallTime time, std::uint32_t capacity) {
  SlotsAnswer answer = source_.slots_at(time);
  if (answer.header.capacity == capacity) return answer;
  throw Failure(fmt::format("the history is of {} slots", answer.header.capacity));
}

/// Between the last stored step and the first view, hosts may have left whose names nobody has.
void Follower::begin(std::optional<WallTime> since, SlotsAnswer next) {
  std::optional<WallTime> last;
  try {
    if (since && *since < next.header.time) {
      last = tell_stored(*since, next.header.time, [](WallTime) {});
    }
    last_ = last ? slots_at(*last, next.header.capacity) : next;
  } catch (const Failure& failure) {
    fold_.end();
    warn_(fmt::format("what happened before is not known: {}", failure.what()));
    last_ = next;
  }
  replaced_are_told_ = true;
  step_to(std::move(next));
  replaced_are_told_ = false;
}

/// Nothing of a collector that has another number of slots now can be compared.
void Follower::begin_anew(SlotsAnswer next) {
  tell_(event_between(last_, next, kStartedEvent));
  warn_(
      fmt::format("the collector has {} slots now, and had {}: what changed meanwhile is not known",
                  next.header.capacity, last_.header.capacity));
  names_ = SlotNames(next.header.capacity);
  last_ = std::move(next);
  fetch_all_names();
}

bool Follower::is_cut_off(const SlotsAnswer& next) const {
  return start_of(next) != start_of(last_) || next.header.tick > last_.header.tick + kFollowedTicks;
}

void Follower::poll() {
  SlotsAnswer next = source_.slots();
  if (start_of(next) == start_of(last_) && next.header.tick == last_.header.tick) {
    last_.header.age_ms = next.header.age_ms;
    return;
  }
  if (next.header.capacity != last_.header.capacity) return begin_anew(std::move(next));
  if (is_cut_off(next)) catch_up(next);
  step_to(std::move(next));
  if (!names_.next_page()) replaced_are_told_ = false;
}

std::optional<WallTime> Follower::tell_stored(WallTime from, WallTime to,
                                              const std::function<void(WallTime)>& first) {
  std::optional<WallTime> last;
  std::string after;
  do {
    const EventsAnswer page = source_.events(from, to, after);
    const auto begins = parse_rfc3339(page.from);
    const auto ends = parse_rfc3339(page.to);
    if (begins && !last) first(*begins);
    if (ends) last = ends;
    for (const EventAnswer& event : page.events) fold_.add(event);
    if (!page.next.empty() && page.next == after) throw Failure("the same page came twice");
    after = page.next;
  } while (!after.empty());
  fold_.end();
  return last;
}

/// What happened from the last view to the first step, from step to step, and from the last step to
/// the new view: without a hole, and without anything twice.
void Follower::catch_up(const SlotsAnswer& next) {
  tell_(event_between(last_, next, kMissedEvent));
  if (last_.header.time >= next.header.time) return;  // The collector's clock was set back.
  replaced_are_told_ = true;
  try {
    const auto last = tell_stored(last_.header.time, next.header.time, [&](WallTime step) {
      step_to(slots_at(step, next.header.capacity));
    });
    if (last) last_ = slots_at(*last, next.header.capacity);
  } catch (const Failure& failure) {
    fold_.end();
    warn_(fmt::format("what changed and changed back meanwhile is not known: {}", failure.what()));
  }
}

/// One page at the most, so that a poll costs the collector the same whatever happens.
std::vector<SlotNames::Replaced> Follower::fetch_names(const SlotsAnswer& next) {
  if (next.header.generation != last_.header.generation) {
    const auto came = departed(next, last_);
    names_.fetch_again(came.empty() ? 0 : came.front());
  }
  const auto page = names_.next_page();
  if (!page) return {};
  std::vector<SlotNames::Replaced> replaced = names_.take(source_.names(*page));
  if (replaced_are_told_) replaced.clear();
  return replaced;
}

void Follower::step_to(SlotsAnswer next) {
  const auto gone = names_of(departed(last_, next), names_);
  const auto replaced = fetch_names(next);  // It may throw, and then nothing has happened.
  for (const auto& host : gone) {
    if (names_.name(host.slot) == host.before) names_.forget(host.slot);
  }
  const auto take = [this](EventAnswer event) { fold_.add(std::move(event)); };
  tell_collector(last_, next, take);
  tell_hosts(last_, next, {names_, gone, replaced}, take);
  fold_.end();
  last_ = std::move(next);
}

Milliseconds Follower::until_next() const {
  const Milliseconds tick{last_.header.tick_ms};
  return std::clamp(tick - Milliseconds{last_.header.age_ms} + kFollowMargin, tick / 4,
                    tick + kFollowMargin);
}

}  // namespace flatline::cli
