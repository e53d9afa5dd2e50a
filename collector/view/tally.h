#pragma once

// What a census counts to find a cause: how many hosts have each trait, of the fleet, of those that
// fail, of the silent, and of those that changed in the last minutes. It also keeps a fair sample
// of each of these three, from which two causes can be told apart; where there are no more than
// kSampledHosts of them, the sample is all of them. All memory is taken at construction. Pure.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "collector/view/moments.h"
#include "collector/view/traits.h"

namespace flatline {

/// Whom a cause is about.
enum class About : std::uint8_t { kFailing, kSilent, kChanged };
inline constexpr std::size_t kAbouts = 3;

/// What a host is counted under.
struct Standing {
  std::array<bool, kAbouts> is{};
  [[nodiscard]] bool in(About about) const { return is[static_cast<std::size_t>(about)]; }
};

struct SampledHost {
  HostTraits traits;
  std::uint8_t checks = 0;  ///< How many checks it has, and which of them fail.
  std::uint8_t failing = 0;
  std::array<CheckNameId, kChecks> failing_checks{};
};

/// Picks hosts at random out of a stream of unknown length (J. Vitter, "Random sampling with a
/// reservoir", 1985, algorithm R), the same ones each time.
class HostSample {
 public:
  HostSample() : hosts_(kSampledHosts) {}
  void begin();
  /// The place for the next host of the stream; null if it is not picked.
  SampledHost* next();

  [[nodiscard]] std::uint32_t seen() const { return seen_; }
  [[nodiscard]] std::uint32_t size() const { return std::min(seen_, kSampledHosts); }
  [[nodiscard]] const SampledHost& operator[](std::size_t i) const { return hosts_[i]; }

 private:
  std::vector<SampledHost> hosts_;
  std::uint32_t seen_ = 0;
  std::uint64_t random_ = 0;
};

class Tally {
 public:
  Tally();

  void begin(Instant now);
  /// Counts a host of the fleet.
  void add(const HostRecord& record, const Standing& standing);
  /// Call it when causes have been found: traits that nobody has give up their places.
  void end() { traits_.end(fleet_); }

  /// How many hosts have a trait, of the fleet or of some.
  [[nodiscard]] std::uint32_t with(TraitId trait) const { return fleet_[trait]; }
  [[nodiscard]] std::uint32_t with(TraitId trait, About about) const {
    return some_[static_cast<std::size_t>(about)][trait];
  }
  /// How many hosts there are that could have been among some, and how many of them have a trait:
  /// who is silent cannot fail.
  [[nodiscard]] std::uint32_t eligible(About about) const {
    return hosts_ - (about == About::kFailing ? sample(About::kSilent).seen() : 0);
  }
  [[nodiscard]] std::uint32_t eligible_with(TraitId trait, About about) const {
    return with(trait) - (about == About::kFailing ? with(trait, About::kSilent) : 0);
  }
  /// On how many failing hosts a check fails.
  [[nodiscard]] std::uint32_t failing_with(CheckNameId check) const { return checks_[check]; }
  [[nodiscard]] std::uint32_t fleet() const { return hosts_; }
  [[nodiscard]] const HostSample& sample(About about) const {
    return samples_[static_cast<std::size_t>(about)];
  }
  /// When the silent were last heard, and when the failing began to fail, as far as that is known.
  [[nodiscard]] const Moments& moments(About about) const {
    return moments_[static_cast<std::size_t>(about)];
  }
  [[nodiscard]] const Traits& traits() const { return traits_; }

 private:
  void add_sample(const HostRecord& record, const HostTraits& traits, SampledHost& host);

  Traits traits_;
  std::uint32_t hosts_ = 0;
  std::vector<std::uint32_t> fleet_;  ///< By TraitId.
  std::array<std::vector<std::uint32_t>, kAbouts> some_;
  std::vector<std::uint32_t> checks_;  ///< By CheckNameId.
  std::array<HostSample, kAbouts> samples_;
  std::array<Moments, 2> moments_;
};

}  // namespace flatline
