#include "agent/check_runner.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "agent/core/schedule.h"
#include "agent/loop/alarm.h"
#include "agent/loop/children.h"
#include "schema/program/clock.h"

namespace flatline {

struct CheckRunner::Entry {
  Entry(CheckRunner& owner, std::size_t place, ConfiguredCheck taken, Instant first)
      : runner(&owner),
        index(place),
        fingerprint(taken.plan.fingerprint),
        timeout(taken.timeout),
        check(std::move(taken.check)),
        schedule(taken.plan.period, first),
        alarm(owner.loop_, [this] { runner->wake(*this); }) {
    check->set_timeout(timeout);
    alarm.set(first);
  }

  CheckRunner* runner;  ///< Another one after a reload, which may give it another index, too.
  std::size_t index;
  std::uint64_t fingerprint;
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
    entries_.push_back(std::make_unique<Entry>(*this, i, std::move(checks[i]), first));
  }
}

CheckRunner::~CheckRunner() = default;

void CheckRunner::end() {
  entries_.clear();
  end_children(loop_, kPluginEndGrace);
}

void CheckRunner::take_over(CheckRunner& before) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::uint64_t fingerprint = entries_[i]->fingerprint;
    const auto same = std::find_if(
        before.entries_.begin(), before.entries_.end(),
        [&](const auto& entry) { return entry != nullptr && entry->fingerprint == fingerprint; });
    if (fingerprint == 0 || same == before.entries_.end()) continue;
    entries_[i] = std::move(*same);
    entries_[i]->runner = this;
    entries_[i]->index = i;
  }
}

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
    entry.check->start(loop_, [&entry](const CheckResult& result) {
      entry.runner->finish(entry, result, monotonic_now());
    });
  } catch (const std::exception& error) {
    entry.check->abandon();
    if (entry.give_up_at) finish(entry, unknown_result(error.what()), now);
  }
}

void CheckRunner::give_up(Entry& entry, Instant now) {
  const CheckResult result = entry.check->timed_out();
  entry.check->abandon();
  finish(entry, result, now);
}

void CheckRunner::finish(Entry& entry, const CheckResult& result, Instant now) {
  entry.give_up_at.reset();
  take_(entry.index, result, now);
}

}  // namespace flatline
