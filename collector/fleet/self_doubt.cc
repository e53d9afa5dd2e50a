#include "collector/fleet/self_doubt.h"

#include <algorithm>

namespace flatline {

SelfDoubt::SelfDoubt(const DoubtOptions& options, Instant start)
    : options_(options), start_(start), last_heard_(start), skew_{start}, lag_{start} {
  until_.fill(start);
}

void SelfDoubt::raise(Doubt doubt, Instant now) {
  until_[static_cast<std::size_t>(doubt)] = now + options_.window;
}

void SelfDoubt::begin_window(Poll& poll, Instant now) const {
  const Duration passed = now - poll.since;
  if (passed <= options_.window) return;
  poll.before = passed <= 2 * options_.window ? poll.now : Votes{};
  poll.now = Votes{};
  poll.since = now;
}

void SelfDoubt::agree(Poll& poll, Instant now) const {
  begin_window(poll, now);
  ++poll.now.agreeing;
}

/// One host with a wrong clock says nothing about ours, however often it sends. The doubt needs
/// kClockQuorum hosts, and more snapshots that disagree than agree.
void SelfDoubt::disagree(Poll& poll, AgentId agent, Instant now) {
  begin_window(poll, now);
  ++poll.now.disagreeing;
  auto& against = poll.now.against;
  if (std::ranges::find(against, agent) == against.end()) {
    const auto place = std::ranges::find(against, AgentId::kNone);
    if (place != against.end()) *place = agent;
  }
  const bool several = against.back() != AgentId::kNone;
  const bool most =
      poll.now.disagreeing + poll.before.disagreeing > poll.now.agreeing + poll.before.agreeing;
  if (several && most) raise(Doubt::kClocks, now);
}

void SelfDoubt::clock_disagrees(AgentId agent, Instant now) {
  disagree(skew_, agent, now);
}

void SelfDoubt::clock_agrees(Instant now) {
  agree(skew_, now);
}

void SelfDoubt::heard(Instant now) {
  last_heard_ = now;
  agree(lag_, now);
}

void SelfDoubt::late(AgentId agent, Instant now) {
  disagree(lag_, agent, now);
}

void SelfDoubt::judge(Instant now, std::uint32_t hosts, const Judged& judged, ViewHead& head) {
  head.doubts = 0;
  for (std::size_t i = 0; i < kDoubts; ++i) {
    if (now < until_[i]) head.doubts |= doubt_bit(static_cast<Doubt>(i));
  }
  if (hosts > 0 && now - last_heard_ >= options_.window) {
    head.doubts |= doubt_bit(Doubt::kNothingHeard);
  }

  if (now - start_ < options_.window) head.flags |= flag_bit(Flag::kWarming);
  if (head.doubts != 0) head.flags |= flag_bit(Flag::kBlind);
  if (panic_.judge(judged, options_.panic_below_percent)) head.flags |= flag_bit(Flag::kPanic);
}

}  // namespace flatline
