#include "collector/view/moments.h"

#include <algorithm>
#include <cmath>

#include "collector/view/chance.h"

namespace flatline {

void Moments::begin(Instant now) {
  now_ = now;
  added_ = 0;
  hosts_.fill(0);
}

void Moments::add(Instant then) {
  const auto ago = std::chrono::floor<std::chrono::seconds>(std::max(now_ - then, Duration{0}));
  if (ago.count() >= static_cast<std::int64_t>(kMomentSeconds)) return;
  ++hosts_[static_cast<std::size_t>(ago.count())];
  ++added_;
}

/// Of all stretches of so many seconds, the one with the most hosts; of equal ones the newest.
Burst Moments::most_within(std::uint32_t seconds) const {
  Burst most{0, seconds, seconds};
  std::uint32_t within = 0;
  for (std::uint32_t ago = 0; ago < kMomentSeconds; ++ago) {
    within += hosts_[ago];
    if (ago >= seconds) within -= hosts_[ago - seconds];
    if (within > most.hosts) most = {within, seconds, ago + 1};
  }
  return most;
}

std::optional<Burst> Moments::burst() const {
  std::array<Burst, kBurstSeconds.size()> bursts{};
  for (std::size_t i = 0; i < bursts.size(); ++i) bursts[i] = most_within(kBurstSeconds[i]);
  // A burst that is a little longer takes in hosts that have nothing to do with it.
  const std::uint32_t enough = bursts.back().hosts - bursts.back().hosts / 10;
  for (const Burst& burst : bursts) {
    if (burst.hosts < enough) continue;
    if (burst.hosts < kBurstHosts || 2 * burst.hosts < added_) return std::nullopt;
    const double chance =
        log_chance_of_hits(burst.hosts, added_, 1.0 * burst.seconds / kMomentSeconds);
    // It could have begun at any second, and have been of any of these lengths.
    const double looked = std::log(1.0 * kMomentSeconds * static_cast<double>(bursts.size()));
    if (chance + looked < kCauseLogChance) return burst;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace flatline
