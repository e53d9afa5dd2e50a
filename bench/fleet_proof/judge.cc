#include "bench/fleet_proof/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "schema/limits.h"

namespace flatline::bench {
namespace {

/// Processor times are compared down to this: below, the kernel's own accounting is coarse.
constexpr double kCpuFloorSeconds = 100e-6;
/// How many datagrams a call takes depends on when the loop was woken.
constexpr double kCallsTolerance = 0.1;

class Judge {
 public:
  Judge(const Plan& plan, const std::vector<Run>& runs) : plan_(plan), runs_(runs) {}

  std::vector<Finding> all() {
    one_value("bytes published a tick", [](const Row& row, auto add) { add(row.published_bytes); });
    written("history: a step", [](const Row& row) { return row.history; });
    written("checkpoint: one", [](const Row& row) { return row.checkpoint; });
    one_value(
        "bytes handed to write() in a tick with a step of the history",
        [](const Row& row, auto add) {
          const bool typical =
              row.ticks == 1 && row.history.writes == 1 && row.checkpoint.writes == 0;
          if (typical) add(row.written_bytes);
        },
        /*typical_only=*/true);
    for (const Run& run : runs_) {
      rows_and_losses(run);
      truth(run);
      processor(run);
    }
    memory();
    return std::move(findings_);
  }

 private:
  void say(bool holds, std::string text) { findings_.push_back({holds, std::move(text)}); }

  /// Over all ticks of all phases of all runs there is one value. With `typical_only` each phase's
  /// median stands for its ticks: a line of the log is a write() too.
  template <typename Each>
  void one_value(const std::string& what, const Each& each, bool typical_only = false) {
    std::set<double> found;
    for (const Run& run : runs_) {
      for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
        std::vector<double> here;
        for (const Row& row : run.rows) {
          if (row.phase == phase) each(row, [&](double value) { here.push_back(value); });
        }
        if (here.empty()) continue;
        if (typical_only) here = {median(here)};
        found.insert(here.begin(), here.end());
      }
    }
    if (found.empty()) {
      say(true, what + ": none in this time");
    } else {
      say(found.size() == 1, fmt::format("{}: {}", what, fmt::join(found, ", ")));
    }
  }

  template <typename Of>
  void written(const std::string& what, const Of& of) {
    const auto part = [&](const char* name, double WrittenAnswer::*member) {
      one_value(what + " is so many " + name, [&, member](const Row& row, auto add) {
        const WrittenAnswer cost = of(row);
        if (cost.writes > 0) add(cost.*member / cost.writes);
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
                                        name(run), registry_rows));
    say(lost == 0, fmt::format("{}: datagrams lost by the kernel: {}", name(run), lost));
    say(bytes_off < 1,
        fmt::format("{}: every datagram of the fleet is {} bytes", name(run), kDatagramBytes));
    const auto& datagrams = run.end.datagrams;
    const double arrived = run.end.work.datagrams + datagrams.lost + datagrams.filtered;
    const auto sent = static_cast<double>(run.sent + run.flooded);
    say(arrived == sent && run.send_errors == 0,
        fmt::format("{}: datagrams sent {:.0f} ({} by strangers, {} errors), accounted for {:.0f}",
                    name(run), sent, run.flooded, run.send_errors, arrived));
  }

  /// A proof about failing hosts is one only if they failed.
  void truth(const Run& run) {
    std::string wrong;
    for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
      const PhasePlan& phase = run.share.phases[i];
      const auto rows = values(run, i, [](const Row& row) { return row.failing; });
      const auto silent = values(run, i, [](const Row& row) { return row.silent; });
      if (rows.empty()) {
        wrong += fmt::format(" {}: no tick was seen;", phase.name);
      } else if (phase.failing >= 0) {
        const double fails = std::round(phase.failing * run.hosts);
        const double silents = std::round(phase.silent * run.hosts);
        if (rows.back() == fails && silent.back() == silents) continue;
        wrong += fmt::format(" {}: {} failing and {} silent, wanted {} and {};", phase.name,
                             rows.back(), silent.back(), fails, silents);
      }
    }
    say(wrong.empty(), fmt::format("{}: at the end of each phase the bitmap says what was played{}",
                                   name(run), wrong));
  }

  void processor(const Run& run) {
    compare(run, "the loop's processor time a tick",
            [](const Row& row, auto add) { add(row.loop_cpu_seconds); });
    compare(run, "the journal's processor time a step", [](const Row& row, auto add) {
      if (row.history.writes > 0 && row.checkpoint.writes == 0) {
        add(row.journal_cpu_seconds * row.ticks / row.history.writes);
      }
    });
  }

  /// Strangers make work for the loop: there each datagram counts, not the tick.
  template <typename Each>
  void compare(const Run& run, const std::string& what, const Each& each) {
    std::vector<double> medians;
    for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
      std::vector<double> here;
      for (const Row& row : run.rows) {
        if (row.phase == phase) each(row, [&](double value) { here.push_back(value); });
      }
      medians.push_back(median(here));
    }
    double least = 1e300;
    double healthy = 0;
    for (std::size_t phase = 0; phase < medians.size(); ++phase) {
      if (!run.share.phases[phase].is_calm()) continue;
      least = std::min(least, medians[phase]);
      healthy = std::max(healthy, medians[phase]);
    }
    const double allowed =
        healthy * (1 + plan_.cpu_tolerance) + (healthy - least) + kCpuFloorSeconds;
    std::size_t worst = 2;
    double worst_share = 0;
    for (std::size_t phase = 2; phase < medians.size(); ++phase) {
      double value = medians[phase];
      if (run.share.phases[phase].flooded) {
        const auto taken = [](const Row& row) { return row.datagrams; };
        value *= median(values(run, 0, taken)) / median(values(run, phase, taken));
      }
      if (value / allowed <= worst_share) continue;
      worst_share = value / allowed;
      worst = phase;
    }
    say(worst_share <= 1,
        fmt::format("{}: {}: healthy phases {:.3f} to {:.3f} ms, worst phase {:+.1f} % ({})",
                    name(run), what, least * 1e3, healthy * 1e3,
                    100 * (worst_share * allowed / healthy - 1), run.share.phases[worst].name));
  }

  void memory() {
    double least = 1e300;
    double most = 0;
    for (const Run& run : runs_) {
      double least_here = 1e300;
      double most_here = 0;
      for (const Row& row : run.rows) {
        least_here = std::min(least_here, row.resident_bytes);
        most_here = std::max(most_here, row.resident_bytes);
      }
      say(most_here - least_here <= kMemorySlackBytes,
          fmt::format("{}: resident memory: {:.1f} to {:.1f} MiB", name(run),
                      least_here / (1 << 20), most_here / (1 << 20)));
      least = std::min(least, least_here);
      most = std::max(most, most_here);
    }
    say(most - least <= kRegistryCacheBytes + kMemorySlackBytes,
        fmt::format("resident memory: {:.1f} to {:.1f} MiB, whoever is enrolled; the registry's "
                    "cache is up to 2 of them",
                    least / (1 << 20), most / (1 << 20)));
  }

  static std::string name(const Run& run) {
    return fmt::format("{} % enrolled", run.share.percent);
  }

  const Plan& plan_;
  const std::vector<Run>& runs_;
  std::vector<Finding> findings_;
};

}  // namespace

Finding judge_calls(const std::vector<PhaseCalls>& phases) {
  const double healthy = std::max(phases.at(0).total(), phases.at(1).total());
  const PhaseCalls& worst = *std::max_element(
      phases.begin(), phases.end(),
      [](const PhaseCalls& a, const PhaseCalls& b) { return a.total() < b.total(); });
  return {worst.total() <= healthy * (1 + kCallsTolerance),
          fmt::format("system calls a tick: healthy {:.1f} and {:.1f}, most {:.1f} ({})",
                      phases[0].total(), phases[1].total(), worst.total(), worst.phase)};
}

std::vector<Finding> judge(const Plan& plan, const std::vector<Run>& runs) {
  return Judge(plan, runs).all();
}

}  // namespace flatline::bench
