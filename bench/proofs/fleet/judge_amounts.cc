#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "bench/proofs/fleet/judge.h"
#include "schema/limits.h"

namespace flatline::bench {
namespace {

/// Of the bits that must flip from one tick to the next. A host that speaks within a tick's jitter
/// may be counted twice in one tick, and not at all in the next.
constexpr double kFlipsTolerance = 0.1;

class Judge {
 public:
  explicit Judge(const std::vector<Run>& runs) : runs_(runs) {}

  std::vector<Finding> all() {
    one_value("bytes published a tick", [](const Row& row) { return row.published_bytes; });
    written("history: a step", [](const Row& row) { return row.history; });
    written("checkpoint: one", [](const Row& row) { return row.checkpoint; });
    one_value(
        "bytes handed to write(), but for the log, in a tick with a step of the history",
        [](const Row& row) -> Value {
          const bool typical =
              row.ticks == 1 && row.history.writes == 1 && row.checkpoint.writes == 0;
          if (!typical) return std::nullopt;
          return row.written_bytes - row.logged_bytes;
        },
        /*typical_only=*/true);
    for (const Run& run : runs_) {
      rows_and_losses(run);
      truth(run);
      for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
        if (run.share.phases[i].flapping > 0) flapping(run, i);
        if (run.share.phases[i].flooded) flood(run, i);
      }
    }
    return std::move(findings_);
  }

 private:
  void say(bool holds, std::string text) { findings_.push_back({holds, std::move(text)}); }

  /// Over all ticks of all phases of all runs there is one value, and in each phase it was seen.
  /// With `typical_only` each phase's median stands for its ticks: a sample may fall between a
  /// write() and the collector's word of it.
  void one_value(const std::string& what, const std::function<Value(const Row&)>& of,
                 bool typical_only = false) {
    std::set<double> found;
    std::string unseen;
    for (const Run& run : runs_) {
      for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
        std::vector<double> here = values(run, phase, of);
        if (here.empty()) {
          unseen +=
              fmt::format("; not seen: {}, {}", run.share.name(), run.share.phases[phase].name);
          continue;
        }
        if (typical_only) here = {median(here)};
        found.insert(here.begin(), here.end());
      }
    }
    std::string seen;
    for (const double value : found) seen += fmt::format(" {}", value);
    say(found.size() == 1 && unseen.empty(), what + ":" + seen + unseen);
  }

  template <typename Of>
  void written(const std::string& what, const Of& of) {
    const auto part = [&](const char* name, double WrittenAnswer::*member) {
      one_value(fmt::format("{} is so many {}", what, name), [&, member](const Row& row) {
        const WrittenAnswer cost = of(row);
        return cost.writes > 0 ? Value{cost.*member / cost.writes} : std::nullopt;
      });
    };
    part("rows", &WrittenAnswer::rows);
    part("bytes", &WrittenAnswer::bytes);
    part("pages", &WrittenAnswer::pages);
  }

  void rows_and_losses(const Run& run) {
    double registry_rows = 0;
    double lost = 0;
    double bytes_off = 0;
    for (const Row& row : run.rows) {
      registry_rows += row.registry_rows;
      lost += row.lost;
      const bool flooded = run.share.phases[row.phase].flooded;
      if (!flooded) bytes_off += std::abs(row.datagram_bytes - row.datagrams * kDatagramBytes);
    }
    say(registry_rows == 0, fmt::format("{}: rows of the registry written because of a state: {}",
                                        run.share.name(), registry_rows));
    say(lost == 0, fmt::format("{}: datagrams lost by the kernel: {}", run.share.name(), lost));
    say(bytes_off < 1, fmt::format("{}: every datagram of the fleet is {} bytes", run.share.name(),
                                   kDatagramBytes));
    findings_.push_back(
        judge_accounts(run.share.name(), run.sent, run.send_errors, run.flooded, run.end));
  }

  /// A proof about failing hosts is one only if they failed.
  void truth(const Run& run) {
    std::string wrong;
    for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
      const PhasePlan& phase = run.share.phases[i];
      const auto failing = values(run, i, [](const Row& row) { return row.failing; });
      const auto silent = values(run, i, [](const Row& row) { return row.silent; });
      if (failing.empty()) {
        wrong += fmt::format(" {}: no tick was seen;", phase.name);
        continue;
      }
      const double fails = std::round(phase.failing * run.hosts);
      const double silents = std::round(phase.silent * run.hosts);
      // Of those that flap, how many fail at a tick hangs on where in their interval it falls.
      const bool as_played = phase.flapping > 0 || failing.back() == fails;
      if (as_played && silent.back() == silents) continue;
      wrong += fmt::format(" {}: {} failing and {} silent, wanted {} and {};", phase.name,
                           failing.back(), silent.back(), fails, silents);
    }
    say(wrong.empty(), fmt::format("{}: at the end of each phase the bitmap says what was played{}",
                                   run.share.name(), wrong));
  }

  /// Each of them at every tick: their bits, not how many are set, which may stay the same when one
  /// half of them falls as the other rises.
  void flapping(const Run& run, std::size_t phase) {
    const PhasePlan& plan = run.share.phases[phase];
    const double wanted = std::round(plan.flapping * run.hosts);
    const double flips = median(values(run, phase, [](const Row& row) { return row.flips; }));
    say(std::abs(flips - wanted) <= std::max(1.0, kFlipsTolerance * wanted),
        fmt::format("{}: {}: bits that flip from a tick to the next: {} of {} that flap",
                    run.share.name(), plan.name, flips, wanted));
  }

  /// Strangers were there, and both kinds of them: the filter's and the loop's.
  void flood(const Run& run, std::size_t phase) {
    const auto taken = [](const Row& row) { return row.datagrams; };
    const double filtered = sum(values(run, phase, [](const Row& row) { return row.filtered; }));
    std::vector<double> calm;
    for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
      if (run.share.phases[i].is_calm()) calm.push_back(median(values(run, i, taken)));
    }
    const double usual = median(calm);
    const double flooded = median(values(run, phase, taken));
    say(filtered > 0 && flooded > usual,
        fmt::format("{}: {}: {} datagrams refused by the filter, {:.0f} taken a tick beside {:.0f} "
                    "in healthy phases",
                    run.share.name(), run.share.phases[phase].name, filtered, flooded, usual));
  }

  const std::vector<Run>& runs_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> judge_amounts(const std::vector<Run>& runs) {
  return Judge(runs).all();
}

}  // namespace flatline::bench
