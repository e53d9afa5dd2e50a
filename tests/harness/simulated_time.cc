#include "tests/harness/simulated_time.h"

#include "schema/program/cryptography.h"
#include "tools/sim/label_rules.h"

namespace flatline::test {
namespace {

constexpr WallTime kWall{Milliseconds{1'700'000'000'000}};
constexpr std::string_view kLabels = "role=web:60%,db:40%; zone=eu-1a,eu-1b,eu-1c";

sim::FleetOptions simulated_options(const TimeSetup& setup) {
  initialize_cryptography();
  sim::FleetOptions options;
  options.key = setup.key;
  options.hosts = setup.hosts;
  return options;
}

FleetOptions collector_options(const TimeSetup& setup) {
  FleetOptions options;
  options.capacity = setup.capacity;
  options.stale_after = setup.stale_after;
  options.keys = {setup.key};
  options.group_by = {LabelText{"role"}, LabelText{"zone"}};
  return options;
}

}  // namespace

SimulatedTime::SimulatedTime(const TimeSetup& setup)
    : options_(simulated_options(setup)),
      labels_(sim::parse_labels(kLabels), setup.hosts, options_.seed),
      script_(sim::parse_scenario(setup.scenario), labels_, options_.seed, {}),
      senders_(options_, script_, labels_),
      fates_(setup.fates),
      cycle_(senders_.phases(), options_.interval, kStart, kStart),
      host_table_(setup.capacity, kDefaultMessagesPerHost),
      board_(setup.capacity),
      fleet_(collector_options(setup), host_table_, kStart) {
  sent_.reserve(setup.hosts + 1);
}

std::span<const SimulatedTime::Sent> SimulatedTime::send() {
  next_tick_ += kDefaultTick;
  sent_.clear();
  while (cycle_.next().deadline < next_tick_) {
    const Instant now = cycle_.next().deadline;
    while (phase_ + 1 < script_.phase_count() && script_.start_of(phase_ + 1) <= now - kStart) {
      ++phase_;
    }
    sent_.emplace_back();
    Sent& sent = sent_.back();
    const auto spoken = senders_.speak(cycle_.next(), phase_, arrival(now), sent.datagram);
    cycle_.advance();
    const bool arrives =
        spoken && sim::fate_of(fates_, {spoken->sender, 0, spoken->sequence}).copies > 0;
    if (!arrives) {
      sent_.pop_back();
      continue;
    }
    sent.at = now;
  }
  return sent_;
}

std::size_t SimulatedTime::hear(std::span<const Sent> sent) {
  Address source;
  source.ip[15] = 1;
  const auto live = [&](Instant until) {
    while (seen_ + fleet_.beat_period() <= until) fleet_.beat(seen_ += fleet_.beat_period());
  };
  std::size_t accepted = 0;
  for (const Sent& one : sent) {
    live(one.at);
    const Outcome outcome = fleet_.accept(one.datagram, source, arrival(one.at));
    accepted += outcome == Outcome::kAccepted ? 1 : 0;
  }
  live(next_tick_);
  return accepted;
}

const View& SimulatedTime::tick() {
  view_ = &fleet_.tick(arrival(next_tick_), {});
  board_.publish(*view_);
  return *view_;
}

Moment SimulatedTime::arrival(Instant now) {
  return {now, kWall + std::chrono::floor<Milliseconds>(now - kStart)};
}

}  // namespace flatline::test
