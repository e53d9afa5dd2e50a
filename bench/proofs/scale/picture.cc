#include "bench/proofs/scale/picture.h"

#include <fmt/format.h>

#include <algorithm>

namespace flatline::bench {
namespace {

std::string data_of(const Proof& proof) {
  std::string text =
      "# hosts loop_us collector_us simulator_us loop_% collector_% simulator_% tick_us"
      " worst_tick_us lateness_us resident_mib bytes_per_slot bytes_per_slot_beyond\n";
  for (const Measured& one : proof.sizes) {
    const auto each = [&](double cpu_seconds) { return 1e6 * cpu_seconds / one.received; };
    text += fmt::format(
        "{} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.1f} {:.1f} {:.1f} {:.2f} {:.1f} {:.1f}\n",
        one.size.hosts, each(one.loop_cpu_seconds), each(one.collector_cpu_seconds),
        each(one.simulator_cpu_seconds), 100 * one.share(one.loop_cpu_seconds),
        100 * one.share(one.collector_cpu_seconds), 100 * one.share(one.simulator_cpu_seconds),
        1e6 * one.median_tick_seconds(), 1e6 * one.worst_tick_seconds(),
        1e6 * one.worst_lateness_seconds(), one.resident_bytes / (1 << 20), one.bytes_per_slot(),
        one.bytes_per_slot_beyond(proof.smallest));
  }
  return text;
}

std::string labels_of(const Proof& proof) {
  std::vector<std::string> labels;
  for (const Measured& one : proof.sizes) {
    labels.push_back(fmt::format("\"{}\" {}", one.size.name(), one.size.hosts));
  }
  return fmt::format("{}", fmt::join(labels, ", "));
}

}  // namespace

Picture growth_picture(const Proof& proof) {
  const auto by_hosts = [](const Measured& a, const Measured& b) {
    return a.size.hosts < b.size.hosts;
  };
  const auto [least, most] = std::minmax_element(proof.sizes.begin(), proof.sizes.end(), by_hosts);
  std::string plots = fmt::format(
      R"(set multiplot layout 2,2 title "flatline: from {0} hosts to {1}" font ",13"
set logscale xy 10
set xrange [{0}/1.5:{1}*1.5]
set xtics ({2}) noenhanced
set grid xtics ytics lt 1 lc '#dddddd'
set lmargin 12
set bmargin 3
)",
      least->size.hosts, most->size.hosts, labels_of(proof));
  plots += R"(set title "processor time a datagram, µs"
set yrange [1:100]
set key top right
plot 'scale.dat' u 1:4 w linespoints lw 2 pt 7 lc '#bbbbbb' t 'simulator', \
     '' u 1:3 w linespoints lw 2 pt 7 lc '#d98c1f' t 'collector, all threads', \
     '' u 1:2 w linespoints lw 2 pt 7 lc '#1f6fb2' t 'its loop'
set title "processor, % of a core"
set yrange [1:200]
set key bottom right
plot 'scale.dat' u 1:7 w linespoints lw 2 pt 7 lc '#bbbbbb' t 'simulator', \
     '' u 1:6 w linespoints lw 2 pt 7 lc '#d98c1f' t 'collector, all threads', \
     '' u 1:5 w linespoints lw 2 pt 7 lc '#1f6fb2' t 'its loop', \
     100 w lines dt 2 lc '#d6453d' t 'bound: a core'
set title "a tick, µs"
set yrange [*:*]
set key top left
plot 'scale.dat' u 1:10 w linespoints lw 2 pt 7 lc '#bbbbbb' t 'worst lateness', \
     '' u 1:9 w linespoints lw 2 pt 7 lc '#d98c1f' t 'worst duration', \
     '' u 1:8 w linespoints lw 2 pt 7 lc '#1f6fb2' t 'median duration'
set title "resident memory a slot, bytes"
set yrange [100:100000]
set key top right
plot 'scale.dat' u 1:12 w linespoints lw 2 pt 7 lc '#d98c1f' t 'all of it', \
     '' u 1:13 w linespoints lw 2 pt 7 lc '#1f6fb2' t 'beyond the smallest collector', \
     1024 w lines dt 2 lc '#d6453d' t 'bound: 1 KiB'
unset multiplot
)";
  return {"scale", data_of(proof), plots};
}

}  // namespace flatline::bench
