#include "bench/proofs/detection/proof.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "bench/proofs/detection/loss_arithmetic.h"
#include "bench/proofs/tick_watch.h"
#include "schema/limits.h"

namespace flatline::bench {
namespace {

/// A view tells its time in whole milliseconds, read by the wall clock a few system calls after the
/// one at which bits are judged.
constexpr double kClockSlackSeconds = 0.002;

void print_spread(const char* name, const Spread& spread) {
  fmt::print("{:>38} {:>8} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f}\n", name, spread.seconds.size(),
             spread.at(0), spread.at(0.5), spread.at(0.99), spread.at(1));
}

void print_spreads(const DetectionPlan& plan, const Detection& found) {
  fmt::print("{} hosts, interval {} s, tick {} s; seconds:\n{:>38} {:>8} {:>8} {:>8} {:>8} {:>8}\n",
             plan.hosts, Seconds(plan.interval).count(), Seconds(plan.tick).count(), "", "hosts",
             "least", "median", "99 %", "most");
  print_spread("last datagram to fallen bit", found.silence);
  print_spread("the same, in a reader's hands", found.silence_read);
  print_spread("to the last tick that shows it up", found.still_reporting);
  print_spread("failure to fallen bit", found.failure);
  print_spread("its first datagram to fallen bit", found.told_failure);
  print_spread("network back to risen bit", found.recovery);
  fmt::print(
      "a tick came up to {:.3f} s late and took up to {:.3f} s, the speakers were up to {:.3f} s"
      " late: the table has that within it; the bounds below do not, but {:.0f} ms for two "
      "clocks\n",
      found.tick_late_seconds, found.tick_seconds, found.speakers_late_seconds,
      1000 * kClockSlackSeconds);
}

void judge_bits(const DetectionPlan& plan, const Detection& found, std::vector<Finding>& findings) {
  const auto expect = [&](bool holds, std::string text) {
    findings.push_back({holds, std::move(text)});
  };
  const double interval = Seconds(plan.interval).count();
  const double window = (kDefaultStaleAfter + 0.5) * interval;
  const auto at_the_latest = [](const Spread& spread) {
    return spread.seconds.empty() ? std::string("in none at all")
                                  : fmt::format("at the latest {:.4f} s after it", spread.at(1));
  };
  expect(
      found.still_reporting.at(1) < window + kClockSlackSeconds,
      fmt::format("a silent host is up in no view of {:.3f} s or more after its last datagram: {}",
                  window, at_the_latest(found.still_reporting)));
  expect(found.silence.at(0) >= kDefaultStaleAfter * interval,
         fmt::format("and down in none before {:.2f} s: at least {:.3f} s",
                     kDefaultStaleAfter * interval, found.silence.at(0)));
  expect(found.still_healthy.at(1) < kClockSlackSeconds,
         fmt::format("a failing host is healthy in no view after its first datagram that tells: {}",
                     at_the_latest(found.still_healthy)));
  expect(found.still_silent.at(1) < kClockSlackSeconds,
         fmt::format("a host that is back is silent in no view after its first datagram: {}",
                     at_the_latest(found.still_silent)));
  expect(found.victims > 0 && found.never == 0,
         fmt::format("of {} hosts told to be silent or to fail, not shown so, or not for good: {}",
                     found.victims, found.never));
  expect(found.wrong == 0, fmt::format("other hosts that were shown so: {}", found.wrong));
  expect(found.ticks_missed == 0, fmt::format("views that were not seen: {}", found.ticks_missed));
  expect(found.send_errors == 0 && found.lost == 0,
         fmt::format("datagrams that could not be sent: {}; lost by the kernel: {}",
                     found.send_errors, found.lost));
}

/// So many tell a collector that falls half as often, or twice, from one that is right.
constexpr double kEnoughFalls = 30;
/// Beyond so many standard deviations falls are not by chance. The seed is fixed, and so are they.
constexpr double kDeviations = 4;
/// A line may be played so much longer until it has them.
constexpr double kMostTimesLonger = 10;

/// The columns of a line that is played.
std::string play_line(const LossCase& one, double host_intervals, std::vector<Finding>& findings) {
  const LossMeasured measured = play(one, host_intervals);
  const LossArithmetic of_these = arithmetic(one, measured.first_half);
  const double wanted = of_these.published * measured.intervals;
  findings.push_back(
      {std::abs(measured.falls - wanted) <= kDeviations * std::sqrt(wanted),
       fmt::format("{:>5} %, {}: {:.0f} falls in {:.0f} intervals, {:.1f} ± {:.1f} expected; "
                   "silent {:.4f} % of the time, {:.4f} % expected",
                   100 * one.loss, one.stale_after, measured.falls, measured.intervals, wanted,
                   kDeviations * std::sqrt(wanted), 100 * measured.silent / measured.intervals,
                   100 * of_these.silent)});
  return fmt::format("{:>12.4g} {:>10.1f} {:>10.0f}", measured.intervals, wanted, measured.falls);
}

}  // namespace

void prove_detection(const DetectionPlan& plan, std::vector<Finding>& findings) {
  const Detection found = detect(plan);
  print_spreads(plan, found);
  judge_bits(plan, found, findings);
  const double expected = arithmetic({plan.loss, kDefaultStaleAfter}).silent * plan.hosts;
  // The mean of so many ticks, four of which share their losses.
  const double spread = 5 * std::sqrt(expected * 4 / plan.lossy_intervals) + 1;
  findings.push_back(
      {std::abs(found.silent_under_loss - expected) <= spread,
       fmt::format("{} % loss over real UDP: {:.1f} hosts silent at a tick, arithmetic says"
                   " {:.1f} ± {:.1f}",
                   100 * plan.loss, found.silent_under_loss, expected, spread)});
}

void prove_losses(double host_intervals, std::vector<Finding>& findings) {
  fmt::print(
      R"(
False silences at an interval and a tick of 1 s. The first three columns of figures are arithmetic, of
10,000 hosts: in a day, and at any one tick. The last three are one host played in simulated time, until
{:.0f} falls are expected. Where that takes more than {:.0f} of its intervals a line is arithmetic alone,
and nothing was measured.
{:>8} {:>12} {:>16} {:>16} {:>16} {:>12} {:>10} {:>10}
)",
      kEnoughFalls, kMostTimesLonger * host_intervals, "loss", "stale_after", "runs of losses",
      "falls published", "silent at a tick", "intervals", "expected", "measured");
  constexpr double kHostIntervalsADay = 10'000 * 86'400.0;
  for (const double loss : {0.001, 0.01, 0.05, 0.3}) {
    for (const unsigned stale_after : {1U, 2U, kDefaultStaleAfter}) {
      const LossCase one{loss, stale_after};
      const LossArithmetic told = arithmetic(one);
      const double enough = kEnoughFalls / told.published;
      const std::string played = enough <= kMostTimesLonger * host_intervals
                                     ? play_line(one, std::max(enough, host_intervals), findings)
                                     : fmt::format("{:>34}", "arithmetic alone");
      fmt::print("{:>6} % {:>12} {:>16.4g} {:>16.4g} {:>16.4g} {}\n", 100 * loss, stale_after,
                 told.runs * kHostIntervalsADay, told.published * kHostIntervalsADay,
                 told.silent * 10'000, played);
    }
  }
}

}  // namespace flatline::bench
