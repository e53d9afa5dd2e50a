#include "bench/proofs/detection/speakers.h"

#include "agent/core/schedule.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "tools/sim/fate.h"

namespace flatline::bench {

Speakers::Speakers(SpeakersPlan plan)
    : plan_(std::move(plan)),
      script_(plan_.phases, plan_.fleet.hosts, plan_.fleet.seed),
      fleet_(plan_.fleet, script_),
      outlet_({plan_.collector}),
      pace_(plan_.fleet.interval),
      first_spoken_(script_.phase_count(), std::vector<Instant>(plan_.fleet.hosts)),
      last_spoken_(first_spoken_),
      start_(monotonic_now()),
      thread_([this] { run(); }) {}

Speakers::~Speakers() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Speakers::join() {
  thread_.join();
}

void Speakers::run() {
  const Milliseconds interval = plan_.fleet.interval;
  const Instant grid = first_deadline(start_, wall_now(), interval, Duration{0}) - interval;
  sim::Cycle cycle(fleet_.phases(), interval, grid, start_);
  const Instant end = start_ + plan_.length;
  for (Instant now = start_; now < end && !stop_; now = monotonic_now()) {
    for (; cycle.next().deadline <= now; cycle.advance()) speak(cycle.next(), monotonic_now());
    hand_over();
    std::this_thread::sleep_for(kSimulatedTurn);
  }
}

void Speakers::speak(const sim::Cycle::Slot& slot, Instant now) {
  if (pace_.judge(slot.deadline, now) == sim::Pace::Verdict::kSkip) return;
  while (phase_ + 1 < script_.phase_count() && phase_start(phase_ + 1) <= now) ++phase_;
  const auto spoken = fleet_.speak(slot, phase_, now, wall_now(), datagram_);
  if (!spoken) return;
  on_their_way_.push_back({phase_, spoken->sender});
  const sim::FateOptions fates{.loss = phase_ == plan_.lossy_phase ? plan_.loss : 0};
  if (sim::fate_of(fates, {spoken->sender, 0, spoken->sequence}).copies == 0) return;
  outlet_.send({}, datagram_);
}

/// A moment too late where the kernel took a while, never one too early.
void Speakers::hand_over() {
  outlet_.flush();
  const Instant now = monotonic_now();
  for (const Spoken& spoken : on_their_way_) {
    Instant& first = first_spoken_[spoken.phase][spoken.host];
    if (first == Instant{}) first = now;
    last_spoken_[spoken.phase][spoken.host] = now;
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
