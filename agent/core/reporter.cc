#include "agent/core/reporter.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "agent/core/message.h"
#include "schema/invariant.h"
#include "schema/program/duration.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

/// Whether a state is one that odd pages are for: WARNING, CRITICAL or UNKNOWN. A PENDING check has
/// nothing to tell yet.
bool is_not_ok(CheckState state) {
  return state == CheckState::kWarning || is_failing(state);
}

/// Cuts all but short ages to whole seconds. People need no more, and the text then has at most 15
/// characters, for which std::string allocates nothing.
Milliseconds rounded_for_people(Duration age) {
  const auto exact = std::chrono::duration_cast<Milliseconds>(age);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(exact);
  return seconds >= std::chrono::seconds{10} ? Milliseconds{seconds} : exact;
}

Message no_result_message(Duration age) {
  char text[kMessageBytes];
  std::snprintf(text, sizeof text, "no result for %s",
                format_duration(rounded_for_people(age)).c_str());
  return Message{text};
}

std::uint32_t age_ms(Duration age) {
  const auto ms = std::chrono::duration_cast<Milliseconds>(age).count();
  return ms < kNoAge ? static_cast<std::uint32_t>(ms) : kNoAge;
}

}  // namespace

Reporter::Reporter(const ReporterOptions& options, const std::vector<CheckPlan>& plans,
                   Instant start)
    : options_(options), next_odd_(plans.size() / 2) {
  INVARIANT(is_host_name(options.name.view()));
  INVARIANT(is_labels(options.labels.view()));
  INVARIANT(options.interval >= kMinInterval);
  INVARIANT(options.interval <= kMaxInterval);
  INVARIANT(plans.size() <= kChecks);
  checks_.reserve(plans.size());
  for (const CheckPlan& plan : plans) {
    INVARIANT(is_check_name(plan.name.view()));
    INVARIANT(plan.period > Duration::zero());
    INVARIANT(plan.fail_after >= 1);
    INVARIANT(plan.recover_after >= 1);
    for (const Check& other : checks_) INVARIANT(!(other.plan.name == plan.name));
    checks_.push_back({.plan = plan, .last = {}, .since = start});
  }
}

void Reporter::take(std::size_t index, const CheckResult& result, Instant now) {
  INVARIANT(index < checks_.size());
  INVARIANT(result.state == CheckState::kOk || is_not_ok(result.state));
  Check& check = checks_[index];
  if (check.has_result && is_stale(check, now)) {
    check.state = CheckState::kUnknown;  // As it was published.
    check.against = 0;
  }
  const bool first = !std::exchange(check.has_result, true);
  check.since = now;
  check.last = result;
  if (!std::isfinite(result.value)) check.last.value = kNoValue;
  // The message is built anew even where it is plain, so that all bytes behind the text are zero.
  const std::string_view message = result.message.view();
  check.last.message =
      is_plain_utf8(message) ? Message{message} : message_of(to_plain_utf8(message));

  const bool was_failing = is_failing(check.state);
  const bool now_failing = is_failing(result.state);
  const unsigned needed = now_failing ? check.plan.fail_after : check.plan.recover_after;
  if (first || was_failing == now_failing || ++check.against >= needed) {
    check.state = result.state;
    check.against = 0;
  }
}

void Reporter::take_over(const Reporter& before) {
  const bool pages_go_on = options_.config_hash == before.options_.config_hash &&
                           checks_.size() == before.checks_.size();
  for (Check& check : checks_) {
    const std::uint64_t fingerprint = check.plan.fingerprint;
    if (fingerprint == 0) continue;
    for (const Check& same : before.checks_) {
      if (same.plan.fingerprint != fingerprint) continue;
      check = same;
      if (!pages_go_on) check.told = CheckState::kNone;
    }
  }
  if (!pages_go_on) return;
  reports_ = before.reports_;
  next_even_ = before.next_even_;
  next_odd_ = before.next_odd_;
  gave_way_ = before.gave_way_;
}

void Reporter::tell_anew() {
  for (Check& check : checks_) check.told = CheckState::kNone;
  reports_ = 0;
  gave_way_ = true;
}

Snapshot Reporter::report(Instant now, WallTime wall, Milliseconds uptime) {
  Snapshot snapshot;
  snapshot.name = options_.name;
  snapshot.labels = options_.labels;
  // A machine whose clocks say what the contract has no room for still reports.
  snapshot.sent_at = std::clamp(wall, WallTime{}, WallTime{kMaxWireTime});
  snapshot.uptime = std::clamp(uptime, Milliseconds{0}, kMaxWireTime);
  snapshot.interval = options_.interval;
  snapshot.agent_version = options_.agent_version;
  snapshot.config_hash = options_.config_hash;
  snapshot.leaving = leaving_;
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    snapshot.states[i] = state_at(checks_[i], now);
    if (!is_stale(checks_[i], now)) snapshot.values[i] = checks_[i].last.value;
  }
  if (!checks_.empty()) {
    const std::size_t index = next_page(snapshot);
    snapshot.page = page_of(index, now);
    checks_[index].told = snapshot.states[index];
  }
  ++reports_;
  return snapshot;
}

bool Reporter::is_stale(const Check& check, Instant now) {
  return now - check.since > kResultPeriods * check.plan.period;
}

CheckState Reporter::state_at(const Check& check, Instant now) {
  return is_stale(check, now) ? CheckState::kUnknown : check.state;
}

DetailPage Reporter::page_of(std::size_t index, Instant now) const {
  const Check& check = checks_[index];
  const Duration age = std::max(now - check.since, Duration::zero());
  DetailPage page;
  page.index = static_cast<std::uint8_t>(index);
  page.state = state_at(check, now);
  page.age_ms = check.has_result ? age_ms(age) : kNoAge;
  page.name = check.plan.name;
  if (is_stale(check, now)) {
    page.message = no_result_message(age);
  } else {
    page.message = check.has_result ? check.last.message : Message{"no result yet"};
  }
  return page;
}

std::size_t Reporter::find_not_ok(const Snapshot& snapshot, bool only_news) const {
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    const std::size_t index = (next_odd_ + i) % checks_.size();
    const bool is_news = checks_[index].told != snapshot.states[index];
    if (is_not_ok(snapshot.states[index]) && (is_news || !only_news)) return index;
  }
  return checks_.size();
}

/// Even pages give way to news only every second time, so that a check that is news again and again
/// keeps no other from being told.
std::size_t Reporter::next_page(const Snapshot& snapshot) {
  const bool is_even = reports_ % 2 == 0;
  std::size_t chosen = checks_.size();
  if (!is_even || !gave_way_) chosen = find_not_ok(snapshot, true);
  if (is_even) {
    gave_way_ = chosen < checks_.size() && chosen != next_even_;
    if (!gave_way_) return std::exchange(next_even_, (next_even_ + 1) % checks_.size());
  } else if (chosen == checks_.size()) {
    chosen = find_not_ok(snapshot, false);
    if (chosen == checks_.size()) chosen = next_odd_;
  }
  next_odd_ = (chosen + 1) % checks_.size();
  return chosen;
}

}  // namespace flatline
