#include "bench/proofs/detection/speakers.h"

#include "agent/core/schedule.h"
#include "schema/program/clock.h"
#include "tools/sim/limits.h"

namespace flatline::bench {

Speakers::Speakers(const sim::FleetOptions& fleet, const Endpoint& collector,
                   const std::vector<sim::Phase>& phases, Milliseconds length)
    : options_(fleet),
      labels_({}, fleet.hosts, fleet.seed),
      script_(phases, fleet.hosts, fleet.seed),
      fleet_(options_, script_, labels_),
      outlet_({collector}),
      pace_(fleet.interval),
      first_spoken_(script_.phase_count(), std::vector<Instant>(fleet.hosts)),
      last_spoken_(first_spoken_),
      start_(monotonic_now()),
      end_(start_ + length),
      thread_([this] { run(); }) {}

Speakers::~Speakers() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Speakers::run() {
  const Milliseconds interval = options_.interval;
  const Instant grid = first_deadline(start_, wall_now(), interval, Duration{0}) - interval;
  sim::Cycle cycle(fleet_.phases(), interval, grid, start_);
  for (Instant now = start_; now < end_ && !stop_; now = monotonic_now()) {
    for (; cycle.next().deadline <= now; cycle.advance()) speak(cycle.next(), monotonic_now());
    hand_over();
    std::this_thread::sleep_for(kSimulatedTurn);
  }
}

void Speakers::speak(const sim::Cycle::Slot& slot, Instant now) {
  if (pace_.judge(slot.deadline, now) == sim::Pace::Verdict::kSkip) return;
  if (phase_ + 1 < script_.phase_count() && phase_start(phase_ + 1) <= now) {
    hand_over();
    ++phase_;
  }
  const auto spoken = fleet_.speak(slot, phase_, moment_now(), datagram_);
  if (!spoken) return;
  on_their_way_.push_back(spoken->sender);
  outlet_.send({}, datagram_);
}

/// A moment too late where the kernel took a while, never one too early.
void Speakers::hand_over() {
  outlet_.flush();
  const Instant now = monotonic_now();
  for (const std::uint32_t host : on_their_way_) {
    Instant& first = first_spoken_[phase_][host];
    if (first == Instant{}) first = now;
    last_spoken_[phase_][host] = now;
  }
  on_their_way_.clear();
}

Instant Speakers::last_before(std::uint32_t host, std::size_t phase) const {
  while (phase-- > 0) {
    if (last_spoken_[phase][host] != Instant{}) return last_spoken_[phase][host];
  }
  return {};
}

}  // namespace flatline::bench
