#include "bench/proofs/fleet/picture.h"

#include <fmt/core.h>

#include <algorithm>

#include "bench/proofs/report_files.h"

namespace flatline::bench {
namespace {

std::string data_of(const Plan& plan, const Run& run) {
  std::string text =
      "# s healthy failing silent cpu_loop_% cpu_journal_% received published stored"
      " resident\n";
  const double tick = std::chrono::duration<double>(plan.tick).count();
  // A step is stored at every other tick: what is drawn of it is its share of each.
  const double steps_a_tick = [&] {
    double steps = 0;
    double ticks = 0;
    for (const Row& row : run.rows) {
      steps += row.history.writes;
      ticks += row.ticks;
    }
    return ticks > 0 ? steps / ticks : 0;
  }();
  double stored = 0;
  for (const Row& row : run.rows) {
    if (row.history.writes > 0) stored = row.history.bytes / row.history.writes * steps_a_tick;
    text += fmt::format("{:.3f} {} {} {} {:.4f} {:.4f} {:.1f} {:.1f} {:.1f} {:.1f}\n",
                        row.at_seconds, row.healthy, row.failing, row.silent,
                        100 * row.loop_cpu_seconds / tick, 100 * row.journal_cpu_seconds / tick,
                        row.datagram_bytes / tick / 1024, row.published_bytes / tick / 1024,
                        stored / tick / 1024, row.resident_bytes / (1 << 20));
  }
  return text;
}

double most(const Run& run, double (*of)(const Row&)) {
  double found = 0;
  for (const Row& row : run.rows) found = std::max(found, of(row));
  return found;
}

std::string plots_of(const Plan& plan, const Run& run, const std::string& name) {
  const double length = std::chrono::duration<double>(plan.phase).count();
  const double end = length * static_cast<double>(run.share.phases.size());
  const double tick = std::chrono::duration<double>(plan.tick).count();
  const double cpu = 100 * most(run, [](const Row& row) { return row.loop_cpu_seconds; }) / tick;
  std::string marks;
  for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
    const double at = length * static_cast<double>(i);
    marks += fmt::format("set arrow {} from {}, graph 0 to {}, graph 1 nohead front lc '#bbbbbb'\n",
                         i + 1, at, at);
  }
  std::string names;
  for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
    names += fmt::format("set label {} '{}' at {}, graph 1.06 center font ',9'\n", i + 1,
                         run.share.phases[i].name, length * (static_cast<double>(i) + 0.5));
  }
  return fmt::format(
      R"(set multiplot layout 4,1 title "flatline: {hosts} hosts, capacity {capacity}, {percent} % enrolled" font ",13"
set xrange [0:{end}]
set lmargin 12
set rmargin 20
set key outside right center
set style fill solid 0.8 noborder
set grid y lc '#dddddd'
{marks}{names}
set tmargin 3
set ylabel "hosts"
set yrange [0:{hosts}]
plot '{name}.dat' u 1:($2+$3+$4) w filledcurves y1=0 lc '#8a5fb0' t 'silent', \
     '' u 1:($2+$3) w filledcurves y1=0 lc '#d6453d' t 'failing', \
     '' u 1:2 w filledcurves y1=0 lc '#4f9a52' t 'healthy'
unset for [i = 1:{phases}] label i
set tmargin 1
set ylabel "processor, % of a core"
set yrange [0:{cpu}]
plot '{name}.dat' u 1:5 w steps lw 2 lc '#1f6fb2' t 'loop', \
     '' u 1:6 w steps lw 2 lc '#d98c1f' t 'journal'
set ylabel "KiB/s"
set yrange [*:*]
set logscale y 10
plot '{name}.dat' u 1:7 w steps lw 2 lc '#777777' t 'received', \
     '' u 1:8 w steps lw 2 lc '#1f6fb2' t 'published', \
     '' u 1:9 w steps lw 2 lc '#d98c1f' t 'stored'
unset logscale y
set ylabel "resident, MiB"
set yrange [0:*]
set xlabel "seconds"
plot '{name}.dat' u 1:10 w steps lw 2 lc '#1f6fb2' t 'memory'
unset xlabel
unset multiplot
)",
      fmt::arg("name", name), fmt::arg("hosts", run.hosts), fmt::arg("capacity", plan.capacity),
      fmt::arg("percent", run.share.percent), fmt::arg("end", end), fmt::arg("marks", marks),
      fmt::arg("names", names), fmt::arg("phases", run.share.phases.size()),
      fmt::arg("cpu", std::max(2 * cpu, 1.0)));
}

}  // namespace

std::string draw_pictures(const std::filesystem::path& folder, const Plan& plan,
                          const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    const std::string name = fmt::format("load-{}", run.share.percent);
    const std::string missed = draw(folder, {name, data_of(plan, run), plots_of(plan, run, name)});
    if (!missed.empty()) return missed;
  }
  return "";
}

}  // namespace flatline::bench
