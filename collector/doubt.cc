#include "collector/doubt.h"

namespace flatline {

SelfDoubt::SelfDoubt(const Options& options, Instant start)
    : options_(options), start_(start), last_heard_(start), contacts_since_(start) {
  until_.fill(start);
}

void SelfDoubt::raise(Doubt doubt, Instant now) {
  until_[static_cast<std::size_t>(doubt)] = now + options_.window;
}

void SelfDoubt::first_contact(bool skewed, Instant now) {
  if (now - contacts_since_ > options_.window) {
    contacts_since_ = now;
    contacts_ = 0;
    skewed_ = 0;
  }
  ++contacts_;
  if (skewed) ++skewed_;
  if (skewed_ >= kSkewedQuorum && 2 * skewed_ > contacts_) raise(Doubt::kClocks, now);
}

void SelfDoubt::judge(Instant now, std::uint32_t hosts, const Quorum& quorum, ViewHead& head) {
  head.doubts = 0;
  for (std::size_t i = 0; i < kDoubts; ++i) {
    if (now < until_[i]) head.doubts |= doubt_bit(static_cast<Doubt>(i));
  }
  if (hosts > 0 && now - last_heard_ >= options_.window) {
    head.doubts |= doubt_bit(Doubt::kNothingHeard);
  }

  // Panic begins below one share and ends above a higher one, so that it does not flicker.
  const unsigned share = options_.panic_below_percent + (panic_ ? kPanicEndsAbovePoints : 0);
  const std::uint64_t healthy = std::uint64_t{quorum.healthy} * 100;
  const std::uint64_t bound = std::uint64_t{quorum.known} * share;
  panic_ = quorum.known >= kPanicMinHosts && (panic_ ? healthy <= bound : healthy < bound);

  if (now - start_ < options_.window) head.flags |= flag_bit(Flag::kWarming);
  if (head.doubts != 0) head.flags |= flag_bit(Flag::kBlind);
  if (panic_) head.flags |= flag_bit(Flag::kPanic);
}

}  // namespace flatline
