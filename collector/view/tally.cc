#include "collector/view/tally.h"

#include <algorithm>

namespace flatline {

void HostSample::begin() {
  seen_ = 0;
  random_ = 0x2545'F491'4F6C'DD1D;
}

SampledHost* HostSample::next() {
  ++seen_;
  if (seen_ <= kSampledHosts) return &hosts_[seen_ - 1];
  random_ ^= random_ << 13;  // G. Marsaglia, "Xorshift RNGs", 2003.
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const std::uint64_t picked = (random_ >> 32) * seen_ >> 32;  // From 0 to seen_ - 1.
  return picked < kSampledHosts ? &hosts_[picked] : nullptr;
}

Tally::Tally() : fleet_(kTraitIds), checks_(kCheckNames) {
  for (auto& counts : some_) counts.resize(kTraitIds);
}

void Tally::begin(Instant now) {
  traits_.begin();
  hosts_ = 0;
  std::fill(fleet_.begin(), fleet_.end(), 0);
  for (auto& counts : some_) std::fill(counts.begin(), counts.end(), 0);
  std::fill(checks_.begin(), checks_.end(), 0);
  for (HostSample& sample : samples_) sample.begin();
  for (Moments& moments : moments_) moments.begin(now);
}

void Tally::add(const HostRecord& record, const Standing& standing) {
  ++hosts_;
  const HostTraits& traits = traits_.of(record);
  for (const TraitId trait : traits.all()) ++fleet_[trait];
  for (std::size_t i = 0; i < kAbouts; ++i) {
    if (!standing.is[i]) continue;
    for (const TraitId trait : traits.all()) ++some_[i][trait];
    if (SampledHost* const host = samples_[i].next()) add_sample(record, traits, *host);
  }
  if (standing.in(About::kFailing)) {
    for (std::size_t i = 0; i < kChecks; ++i) {
      if (is_failing(record.states[i])) ++checks_[record.check_names[i]];
    }
    if (record.turned_at != Instant{}) {
      moments_[static_cast<std::size_t>(About::kFailing)].add(record.turned_at);
    }
  }
  if (standing.in(About::kSilent) && record.heard) {
    moments_[static_cast<std::size_t>(About::kSilent)].add(record.heard_at);
  }
}

void Tally::add_sample(const HostRecord& record, const HostTraits& traits, SampledHost& host) {
  host.traits = traits;
  host.checks = host.failing = 0;
  for (std::size_t i = 0; i < kChecks; ++i) {
    if (record.states[i] != CheckState::kNone) ++host.checks;
    if (is_failing(record.states[i])) host.failing_checks[host.failing++] = record.check_names[i];
  }
}

}  // namespace flatline
