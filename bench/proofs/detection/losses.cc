#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "bench/fixed_key.h"
#include "bench/proofs/detection/detection.h"
#include "tests/harness/simulated_time.h"

namespace flatline::bench {
namespace {

constexpr std::uint32_t kHosts = 1024;
constexpr int kWarmUpTicks = 20;  ///< All are registered, and every window has passed once.
/// So many falls tell a collector that falls half as often, or twice, from one that is right.
constexpr double kEnoughFalls = 30;
/// Beyond so many standard deviations falls are not by chance. The seed is fixed, and so are they.
constexpr double kDeviations = 4;
/// A line may be played so much longer until it has them.
constexpr double kMostTimesLonger = 10;

struct LossCase {
  double loss = 0;           ///< Share of datagrams, each for itself.
  unsigned stale_after = 4;  ///< So many losses in a row condemn.
};

/// Of one host, per interval, from the loss p and stale_after k. Silence begins k + 1/2 intervals
/// after the last arrival: a run of exactly k losses lasts half an interval beyond the window. A
/// tick falls into that half for the share s of hosts: those that speak in the first half of an
/// interval that begins with the tick.
struct LossArithmetic {
  double runs = 0;       ///< Runs of at least k losses: (1 - p) p^k.
  double published = 0;  ///< Of these, seen by a tick: (1 - p) p^k (s + (1 - s) p).
  double silent = 0;     ///< Share of hosts that are silent at a tick: p^k (s + (1 - s) p).
};

LossArithmetic arithmetic(const LossCase& loss, double first_half = 0.5) {
  const double in_a_row = std::pow(loss.loss, loss.stale_after);
  const double seen = first_half + (1 - first_half) * loss.loss;
  return {(1 - loss.loss) * in_a_row, (1 - loss.loss) * in_a_row * seen, in_a_row * seen};
}

/// What one host of many was heard to do, though it spoke all the time.
struct LossPlayed {
  double intervals = 0;   ///< Of all hosts together.
  double falls = 0;       ///< Times that a host's bit fell.
  double first_half = 0;  ///< The share s of the hosts that played.
};

LossPlayed play(const LossCase& loss, double host_intervals) {
  test::SimulatedTime world({.key = fixed_key(),
                             .capacity = kHosts,
                             .hosts = kHosts,
                             .stale_after = loss.stale_after,
                             .fates = {.loss = loss.loss, .seed = 7}});
  const auto early = std::ranges::count_if(
      world.phases(), [](Duration phase) { return phase < kDefaultInterval / 2; });
  const auto ticks = static_cast<int>(host_intervals / kHosts);
  LossPlayed played{1.0 * ticks * kHosts, 0, static_cast<double>(early) / kHosts};
  PlaneWords before(kHosts / 64);
  for (int tick = 0; tick < kWarmUpTicks + ticks; ++tick) {
    world.hear(world.send());
    const PlaneWords& reporting = world.tick().plane(Plane::kReporting);
    for (std::size_t word = 0; word < before.size(); ++word) {
      if (tick >= kWarmUpTicks) played.falls += std::popcount(before[word] & ~reporting[word]);
      before[word] = reporting[word];
    }
  }
  return played;
}

}  // namespace

void prove_losses(double host_intervals, Report& report) {
  constexpr double kHostIntervalsADay = 10'000 * 86'400.0;
  Table table{
      "losses",
      "false silences of 10,000 hosts at an interval and a tick of 1 s: by arithmetic in a "
      "day and at any one tick; and one host played in simulated time",
      {"runs of losses", "published", "silent at tick", "intervals", "expected", "measured"},
      {}};
  for (const double loss : {0.001, 0.01, 0.05, 0.3}) {
    for (const unsigned stale_after : {1U, 2U, kDefaultStaleAfter}) {
      const LossCase one{loss, stale_after};
      const std::string name = fmt::format("{} %, stale_after {}", 100 * loss, stale_after);
      const LossArithmetic told = arithmetic(one);
      table.figures.push_back({name,
                               {told.runs * kHostIntervalsADay, told.published * kHostIntervalsADay,
                                told.silent * 10'000}});
      std::vector<Value>& values = table.figures.back().values;
      const double enough = kEnoughFalls / told.published;
      if (enough > kMostTimesLonger * host_intervals) {
        values.resize(table.columns.size());
        continue;
      }
      const LossPlayed played = play(one, std::max(enough, host_intervals));
      const double expected = arithmetic(one, played.first_half).published * played.intervals;
      const double spread = kDeviations * std::sqrt(expected);
      values.insert(values.end(), {played.intervals, expected, played.falls});
      report.say(std::abs(played.falls - expected) <= spread,
                 fmt::format("{}: {:.0f} falls in {:.0f} intervals, {:.1f} ± {:.1f} expected", name,
                             played.falls, played.intervals, expected, spread));
    }
  }
  report.add(table);
}

}  // namespace flatline::bench
