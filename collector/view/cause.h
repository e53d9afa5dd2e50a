#pragma once

// Says what hosts that are not well have in common: the label, agent version, configuration or
// network that they share far more than the fleet does, the check that fails on them, the moment at
// which it happened. CONTRACT.md ("Causes") has the rule in prose. Pure.
//
// A trait is told of some hosts (those that fail, say) if all of these hold:
// - it is no accident: had the same number of hosts been drawn by lot from all that could be among
//   them (who is silent cannot fail), so many with the trait would come up less than once in 10,000
//   times, for all traits looked at together;
// - hosts with the trait are hit at least three times as often as the others, and it is the trait
//   of at most three quarters of the fleet;
// - it is the trait of at least three of them, and of a quarter of them, or else half of all hosts
//   that have the trait are among them.
// Of several, the one that chance makes least likely is told, together with those that are nearly
// as unlikely and mark the same hosts. Then the hosts that have it are set aside, and the same is
// asked of those that are left, so that two causes are told as two.

#include <array>
#include <cstdint>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/tally.h"

namespace flatline {

/// The first four are in the order of TraitKind.
enum class CauseKind : std::uint8_t { kLabel, kAgent, kConfig, kAddress, kCheck, kMoment };

struct Cause {
  About about = About::kFailing;
  CauseKind kind = CauseKind::kLabel;
  std::uint8_t twin_count = 0;
  std::uint8_t padding[1] = {};
  std::uint32_t hosts = 0;  ///< So many
  std::uint32_t of = 0;     ///< of so many have it in common.
  /// Of a trait: so many hosts of the fleet have it.
  std::uint32_t fleet_hosts = 0;
  std::uint32_t fleet = 0;    ///< How many hosts the fleet has.
  std::uint32_t seconds = 0;  ///< Of a moment: how long it took.
  Instant since{};            ///< Of a moment: when it began.
  TraitText key;              ///< The trait, or the check's name; empty for a moment.
  std::array<TraitText, kCauseTwins> twins;  ///< Traits that mark the same hosts.

  [[nodiscard]] bool is_trait() const { return kind < CauseKind::kCheck; }
};

/// All that a census found. About the failing first, then the silent, then those that changed.
struct Causes {
  Instant at{};            ///< The tick of the view that was counted.
  std::uint64_t tick = 0;  ///< Its number; 0 before the first census.
  std::uint32_t count = 0;
  std::uint32_t labels_refused = 0;  ///< Labels that found no room, counted once for each host.
  std::array<Cause, kCauses> causes{};
};

class CauseFinder {
 public:
  CauseFinder();

  /// Fills in all of `causes` but its time and tick. It allocates nothing.
  void find(const Tally& tally, const HostTable& host_table, Causes& causes);

 private:
  /// Those of the sampled hosts that nothing explains yet, and what they are held against.
  struct Rest {
    const Tally& tally;
    About about;
    const HostSample& sample;
    std::uint32_t hosts = 0;
    std::uint32_t fleet = 0;  ///< At least so many eligible hosts are without what was told.
  };

  Rest all_of(const Tally& tally, About about);
  void find_traits(Rest rest, Causes& causes);
  bool find_trait(Rest& rest, Causes& causes);
  void find_checks(Rest rest, const HostTable& host_table, Causes& causes);
  bool find_check(Rest& rest, const HostTable& host_table, Causes& causes);
  static void find_moment(const Tally& tally, About about, Instant now, Causes& causes);

  [[nodiscard]] double log_chance_of(const Rest& rest, TraitId trait) const;
  void tell_trait(const Rest& rest, TraitId trait, double log_chance, Causes& causes);
  void set_aside(Rest& rest, TraitId trait);

  std::vector<std::uint32_t> with_;       ///< By TraitId: how many of the rest have it.
  std::vector<std::uint32_t> with_both_;  ///< The same, of those that have the trait that is told.
  std::vector<std::uint32_t> failing_;    ///< By CheckNameId: on how many of the rest it fails.
  std::vector<std::uint8_t> aside_;       ///< By place in the sample: whether it is explained.
  std::array<TraitId, kCauses> told_{};
  std::size_t told_count_ = 0;
};

}  // namespace flatline
