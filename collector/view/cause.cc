#include "collector/view/cause.h"

#include <algorithm>
#include <cmath>

#include "collector/view/chance.h"

namespace flatline {
namespace {

std::uint64_t times(std::uint32_t a, std::uint32_t b) {
  return std::uint64_t{a} * b;
}

bool has(const SampledHost& host, TraitId trait) {
  const auto traits = host.traits.all();
  return std::find(traits.begin(), traits.end(), trait) != traits.end();
}

bool fails(const SampledHost& host, CheckNameId check) {
  const auto end = host.failing_checks.begin() + host.failing;
  return std::find(host.failing_checks.begin(), end, check) != end;
}

/// How many traits are looked at: those that can be told at all.
double log_traits(const Tally& tally) {
  std::uint32_t count = 1;
  for (std::size_t id = 0; id < kTraitIds; ++id) {
    count += tally.with(static_cast<TraitId>(id)) >= kCauseHosts ? 1 : 0;
  }
  return std::log(count);
}

Cause& add(Causes& causes, About about, CauseKind kind) {
  Cause& cause = causes.causes[causes.count++];
  cause = Cause{};
  cause.about = about;
  cause.kind = kind;
  return cause;
}

}  // namespace

CauseFinder::CauseFinder()
    : with_(kTraitIds), with_both_(kTraitIds), failing_(kCheckNames), aside_(kSampledHosts) {}

void CauseFinder::find(const Tally& tally, const HostTable& host_table, Causes& causes) {
  causes.count = 0;
  causes.labels_refused = tally.traits().labels_refused();
  told_count_ = 0;
  find_traits(all_of(tally, About::kFailing), causes);
  find_checks(all_of(tally, About::kFailing), host_table, causes);
  find_moment(tally, About::kFailing, causes.at, causes);
  find_traits(all_of(tally, About::kSilent), causes);
  find_moment(tally, About::kSilent, causes.at, causes);
  // What was told of the failing or the silent is not told again of those that changed.
  Rest changed = all_of(tally, About::kChanged);
  for (std::size_t i = 0; i < told_count_; ++i) set_aside(changed, told_[i]);
  find_traits(changed, causes);
}

CauseFinder::Rest CauseFinder::all_of(const Tally& tally, About about) {
  std::fill(aside_.begin(), aside_.end(), 0);
  const HostSample& sample = tally.sample(about);
  return {tally, about, sample, sample.size(), tally.eligible(about)};
}

// --- Traits -------------------------------------------------------------------------------------

void CauseFinder::find_traits(Rest rest, Causes& causes) {
  for (std::size_t i = 0; i < kCausesEach; ++i) {
    if (!find_trait(rest, causes)) return;
  }
}

bool CauseFinder::find_trait(Rest& rest, Causes& causes) {
  std::fill(with_.begin(), with_.end(), 0);
  for (std::size_t i = 0; i < rest.sample.size(); ++i) {
    if (aside_[i] != 0) continue;
    for (const TraitId trait : rest.sample[i].traits.all()) ++with_[trait];
  }
  TraitId best = 0;
  double best_chance = 0;
  for (std::size_t id = 0; id < kTraitIds; ++id) {
    const auto trait = static_cast<TraitId>(id);
    const double chance = log_chance_of(rest, trait);
    if (chance < best_chance) {
      best = trait;
      best_chance = chance;
    }
  }
  if (best_chance + log_traits(rest.tally) >= kCauseLogChance) return false;
  tell_trait(rest, best, best_chance, causes);
  set_aside(rest, best);
  return true;
}

/// 0 if the trait is not told whatever the chance. Where some hosts are set aside, how many of the
/// fleet's others have the trait is not known: it is held against as many as there can be.
double CauseFinder::log_chance_of(const Rest& rest, TraitId trait) const {
  const std::uint32_t hits = with_[trait];
  const std::uint32_t eligible = rest.tally.eligible_with(trait, rest.about);
  const std::uint32_t marked = std::min(eligible, rest.fleet);
  if (hits < kCauseHosts || hits > marked) return 0;
  const std::uint32_t others = rest.fleet - marked;
  const std::uint32_t others_hit = rest.hosts - hits;
  if (others_hit > others) return 0;
  if (times(marked, kCauseFleetWhole) > times(rest.fleet, kCauseFleetParts)) return 0;
  // hits / marked, against others_hit / others
  if (times(hits, others) < kCauseTimes * times(others_hit, marked)) return 0;
  const bool is_quarter = times(hits, kCauseQuarter) >= rest.hosts;
  const bool is_half =
      kCauseHalf * times(hits, rest.sample.seen()) >= times(eligible, rest.sample.size());
  if (!is_quarter && !is_half) return 0;
  return log_chance_of_drawing(hits, rest.hosts, marked, rest.fleet);
}

void CauseFinder::tell_trait(const Rest& rest, TraitId trait, double log_chance, Causes& causes) {
  const Tally& tally = rest.tally;
  Cause& cause = add(causes, rest.about, static_cast<CauseKind>(Traits::kind(trait)));
  cause.key = tally.traits().text(trait);
  cause.hosts = tally.with(trait, rest.about);
  cause.of = rest.sample.seen();
  cause.fleet_hosts = tally.with(trait);
  cause.fleet = tally.fleet();
  told_[told_count_++] = trait;

  std::fill(with_both_.begin(), with_both_.end(), 0);
  for (std::size_t i = 0; i < rest.sample.size(); ++i) {
    const SampledHost& host = rest.sample[i];
    if (aside_[i] != 0 || !has(host, trait)) continue;
    for (const TraitId other : host.traits.all()) ++with_both_[other];
  }
  for (std::size_t id = 0; id < kTraitIds && cause.twin_count < kCauseTwins; ++id) {
    const auto other = static_cast<TraitId>(id);
    if (other == trait || log_chance_of(rest, other) > kCauseTwinPart * log_chance) continue;
    const std::uint32_t most = std::max(with_[trait], with_[other]);
    if (with_both_[other] < kCauseTwinPart * most) continue;
    cause.twins[cause.twin_count++] = tally.traits().text(other);
  }
}

/// Hosts that a cause explains hide another one no longer. Those of the fleet that have its trait
/// are set aside, too; where two traits overlap, more are taken off than there are, which only
/// makes the next cause harder to tell.
void CauseFinder::set_aside(Rest& rest, TraitId trait) {
  for (std::size_t i = 0; i < rest.sample.size(); ++i) {
    if (aside_[i] != 0 || !has(rest.sample[i], trait)) continue;
    aside_[i] = 1;
    --rest.hosts;
  }
  rest.fleet -= std::min(rest.fleet, rest.tally.eligible_with(trait, rest.about));
}

// --- Checks -------------------------------------------------------------------------------------

void CauseFinder::find_checks(Rest rest, const HostTable& host_table, Causes& causes) {
  for (std::size_t i = 0; i < kCausesEach; ++i) {
    if (!find_check(rest, host_table, causes)) return;
  }
}

/// A check is told if it fails on at least half of the failing hosts, and far oftener than if each
/// of them had picked by lot which of its checks fail. So it is not told of hosts with one check.
bool CauseFinder::find_check(Rest& rest, const HostTable& host_table, Causes& causes) {
  std::fill(failing_.begin(), failing_.end(), 0);
  double expected = 0;  // How often any one check fails by lot.
  for (std::size_t i = 0; i < rest.sample.size(); ++i) {
    const SampledHost& host = rest.sample[i];
    if (aside_[i] != 0) continue;
    if (host.checks > 0) expected += 1.0 * host.failing / host.checks;
    for (std::size_t c = 0; c < host.failing; ++c) ++failing_[host.failing_checks[c]];
  }
  const auto first = failing_.begin() + 1;  // 0 stands for names that have not come.
  const auto most = std::max_element(first, failing_.end());
  const auto check = static_cast<CheckNameId>(most - failing_.begin());
  const auto looked = std::count_if(first, failing_.end(), [](auto count) { return count > 0; });
  const std::uint32_t hits = std::min(*most, rest.hosts);
  if (hits < kCauseHosts || kCauseHalf * hits < rest.hosts) return false;
  const double chance = log_chance_of_hits(hits, rest.hosts, expected / rest.hosts);
  if (chance + std::log(static_cast<double>(looked)) >= kCauseLogChance) return false;
  const CheckName name = host_table.check_name(check);
  if (name.empty()) return false;
  Cause& cause = add(causes, About::kFailing, CauseKind::kCheck);
  cause.key = TraitText{name.view()};
  cause.of = rest.sample.seen();
  cause.hosts = std::min(rest.tally.failing_with(check), cause.of);
  cause.fleet = rest.tally.fleet();
  for (std::size_t i = 0; i < rest.sample.size(); ++i) {
    if (aside_[i] != 0 || !fails(rest.sample[i], check)) continue;
    aside_[i] = 1;
    --rest.hosts;
  }
  return true;
}

// --- Moments ------------------------------------------------------------------------------------

void CauseFinder::find_moment(const Tally& tally, About about, Instant now, Causes& causes) {
  const auto burst = tally.moments(about).burst();
  if (!burst) return;
  Cause& cause = add(causes, about, CauseKind::kMoment);
  cause.hosts = burst->hosts;
  cause.of = tally.sample(about).seen();
  cause.fleet = tally.fleet();
  cause.seconds = burst->seconds;
  cause.since = now - std::chrono::seconds{burst->ago};
}

}  // namespace flatline
