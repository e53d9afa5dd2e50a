#include "bench/detection_proof/proof.h"

#include <fmt/format.h>

#include <cmath>

#include "bench/detection_proof/loss_arithmetic.h"
#include "schema/limits.h"

namespace flatline::bench {
namespace {

/// Beside the lateness that was measured: a datagram's way through the kernel, and the loop's rest.
constexpr double kDeliverySeconds = 0.02;

void print_spread(const char* name, const Spread& spread) {
  fmt::print("{:>34} {:>8} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f}\n", name, spread.seconds.size(),
             spread.at(0), spread.at(0.5), spread.at(0.99), spread.at(1));
}

}  // namespace

void Proof::expect(bool holds, const std::string& text) {
  findings_ += fmt::format("{:>7}  {}\n", holds ? "holds" : "BROKEN", text);
  broken_ += holds ? 0 : 1;
}

int Proof::conclude() {
  fmt::print("\n{}", findings_);
  return broken_ == 0 ? 0 : 1;
}

void prove_detection(const DetectionPlan& plan, Proof& proof) {
  const Detection found = detect(plan);
  const double interval = std::chrono::duration<double>(plan.interval).count();
  const double tick = std::chrono::duration<double>(plan.tick).count();
  fmt::print("{} hosts, interval {} s, tick {} s; seconds:\n{:>34} {:>8} {:>8} {:>8} {:>8} {:>8}\n",
             plan.hosts, interval, tick, "", "hosts", "least", "median", "99 %", "most");
  print_spread("last datagram to fallen bit", found.silence);
  print_spread("the same, in a reader's hands", found.silence_read);
  print_spread("failure to fallen bit", found.failure);
  print_spread("its first datagram to fallen bit", found.told_failure);
  print_spread("network back to risen bit", found.recovery);
  const double slack = kDeliverySeconds + found.late_seconds;
  const double window = (kDefaultStaleAfter + 0.5) * interval;
  fmt::print("lateness of ticks and speakers in this run, and delivery: {:.3f} s\n", slack);
  proof.expect(found.silence.at(1) <= window + tick + slack,
               fmt::format("silence shows within {:.2f} s: at most {:.3f} s", window + tick,
                           found.silence.at(1)));
  proof.expect(found.silence.at(0) >= kDefaultStaleAfter * interval,
               fmt::format("and not before {:.2f} s: at least {:.3f} s",
                           kDefaultStaleAfter * interval, found.silence.at(0)));
  proof.expect(found.failure.at(1) <= interval + tick + slack,
               fmt::format("a failure shows within {:.2f} s: at most {:.3f} s", interval + tick,
                           found.failure.at(1)));
  proof.expect(found.told_failure.at(1) <= tick + slack,
               fmt::format("once it is told, within a tick of {:.2f} s: at most {:.3f} s", tick,
                           found.told_failure.at(1)));
  proof.expect(found.recovery.at(1) <= interval + tick + slack,
               fmt::format("who is back shows within {:.2f} s: at most {:.3f} s", interval + tick,
                           found.recovery.at(1)));
  proof.expect(found.never == 0,
               fmt::format("victims that were not told, or not for good: {}", found.never));
  proof.expect(found.wrong == 0,
               fmt::format("hosts told to be silent or failing that were not: {}", found.wrong));
  proof.expect(found.lost == 0,
               fmt::format("datagrams lost by the kernel: {}; views that the reader"
                           " missed: {}",
                           found.lost, found.ticks_missed));
  const double expected = arithmetic({plan.loss, kDefaultStaleAfter}).silent * plan.hosts;
  // The mean of so many ticks, four of which share their losses.
  const double spread = 5 * std::sqrt(expected * 4 / plan.lossy_intervals) + 1;
  proof.expect(std::abs(found.silent_under_loss - expected) <= spread,
               fmt::format("{} % loss over real UDP: {:.1f} hosts silent at a tick, arithmetic says"
                           " {:.1f} ± {:.1f}",
                           100 * plan.loss, found.silent_under_loss, expected, spread));
}

void prove_losses(double host_intervals, Proof& proof) {
  fmt::print(
      "\nFalse silences, of 10,000 hosts in a day, at an interval and a tick of 1 s\n"
      "(simulated time, {:.0f} intervals of a host for each line):\n"
      "{:>8} {:>12} {:>16} {:>16} {:>12} {:>12} {:>16}\n",
      host_intervals, "loss", "stale_after", "runs of losses", "published", "expected", "measured",
      "silent at a tick");
  constexpr double kHostIntervalsADay = 10'000 * 86'400.0;
  for (const double loss : {0.001, 0.01, 0.05, 0.3}) {
    for (const unsigned stale_after : {1U, 2U, kDefaultStaleAfter}) {
      const LossCase one{loss, stale_after};
      const LossArithmetic told = arithmetic(one);
      const double expected = told.published * host_intervals;
      std::string here = "too rare";
      if (expected >= 1) {
        const LossMeasured measured = play(one, host_intervals);
        const LossArithmetic of_these = arithmetic(one, measured.first_half);
        const double wanted = of_these.published * measured.intervals;
        here = fmt::format("{:.0f}", measured.falls);
        proof.expect(
            std::abs(measured.falls - wanted) <= 5 * std::sqrt(wanted) + 1,
            fmt::format("{:>5} %, {}: {:.0f} falls, {:.1f} expected; silent {:.4f} % of"
                        " the time, {:.4f} % expected",
                        100 * loss, stale_after, measured.falls, wanted,
                        100 * measured.silent / measured.intervals, 100 * of_these.silent));
      }
      fmt::print("{:>6} % {:>12} {:>16.4g} {:>16.4g} {:>12.3g} {:>12} {:>16.4g}\n", 100 * loss,
                 stale_after, told.runs * kHostIntervalsADay, told.published * kHostIntervalsADay,
                 expected, here, told.silent * 10'000);
    }
  }
}

}  // namespace flatline::bench
