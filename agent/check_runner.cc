#include "agent/check_runner.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "agent/core/schedule.h"
#include "agent/loop/alarm.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"

namespace flatline {

struct CheckRunner::Entry {
  Entry(uv_loop_s& loop, std::size_t place, ConfiguredCheck taken, Instant first,
        std::function<void(Entry&)> wake)
      : index(place),
        timeout(taken.timeout),
        check(std::move(taken.check)),
        schedule(taken.plan.period, first),
        alarm(loop, [this, wake = std::move(wake)] { wake(*this); }) {
    alarm.set(first);
  }

  std::size_t index;
  Milliseconds timeout;
  std::unique_ptr<Check> check;
  Schedule schedule;
  std::optional<Instant> give_up_at;  ///< When the run in flight times out; empty if none is.
  Alarm alarm;
};

CheckRunner::CheckRunner(uv_loop_s& loop, std::vector<ConfiguredCheck> checks, Duration spread,
                         Instant start, Take take)
    : loop_(loop), take_(std::move(take)) {
  const auto count = static_cast<Duration::rep>(checks.size());
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const Instant first = start + spread * static_cast<Duration::rep>(i) / count;
    entries_.push_back(std::make_unique<Entry>(loop, i, std::move(checks[i]), first,
                                               [this](Entry& entry) { wake(entry); }));
  }
}

CheckRunner::~CheckRunner() = default;

void CheckRunner::wake(Entry& entry) {
  const Instant now = monotonic_now();
  if (entry.give_up_at && now >= *entry.give_up_at) give_up(entry, now);
  if (entry.schedule.due(now)) {
    skipped_ += entry.schedule.advance(now);
    // A run that began late may still be within its timeout when the next one is due.
    if (entry.give_up_at) {
      ++skipped_;
    } else {
      begin(entry, now);
    }
  }
  const Instant next = entry.schedule.next();
  entry.alarm.set(entry.give_up_at ? std::min(next, *entry.give_up_at) : next);
}

void CheckRunner::begin(Entry& entry, Instant now) {
  entry.give_up_at = now + entry.timeout;
  try {
    entry.check->start(loop_, [this, &entry](const CheckResult& result) {
      finish(entry, result, monotonic_now());
    });
  } catch (const std::exception& error) {
    entry.check->abandon();
    if (entry.give_up_at) finish(entry, unknown_result(error.what()), now);
  }
}

void CheckRunner::give_up(Entry& entry, Instant now) {
  entry.check->abandon();
  const auto text = fmt::format("timed out after {}", format_duration(entry.timeout));
  finish(entry, {entry.check->timeout_state(), kNoValue, Message{text}}, now);
}

void CheckRunner::finish(Entry& entry, const CheckResult& result, Instant now) {
  entry.give_up_at.reset();
  take_(entry.index, result, now);
}

}  // namespace flatline
