#include <fmt/core.h>

#include <cmath>

#include "bench/proofs/scale/measure.h"

namespace flatline::bench {
namespace {

constexpr double kSlotBytes = 1024;
constexpr double kCores = 1;
/// From so many slots on, what the program takes in any case is part of what a slot may take.
constexpr std::uint32_t kManySlots = 500'000;
/// Of all slots together, what is no slot's, and what the smallest collector has not filled or not
/// met yet (tick_watch.h): close to 3 MiB. A thousand slots are 1 MiB themselves.
constexpr double kNotOfSlotsBytes = kRegistryCacheBytes + kMemorySlackBytes;

constexpr const char* kTable = "scale";

double each_us(const Measured& measured, double cpu_seconds) {
  return 1e6 * cpu_seconds / measured.received;
}

/// Milliseconds, of the measured ticks.
double tick_ms(const Measured& measured, double Row::*figure,
               double (*summary)(const std::vector<double>&)) {
  std::vector<double> values;
  for (const Row& row : measured.rows) values.push_back(1e3 * row.*figure);
  return summary(values);
}

using M = const Measured&;
struct {
  const char* name;
  double (*value)(M measured, M smallest);
} constexpr kFigures[] = {
    {"hosts", [](M m, M) -> double { return m.size.hosts; }},
    {"calm_after_s", [](M m, M) { return m.calm_after_seconds; }},
    {"measured_s", [](M m, M) { return m.seconds; }},
    {"datagrams_due", [](M m, M) { return std::round(m.due); }},
    {"datagrams_received", [](M m, M) { return m.received; }},
    {"lost_by_kernel", [](M m, M) { return m.lost; }},
    {"loop_us_per_datagram", [](M m, M) { return each_us(m, m.loop_cpu_seconds); }},
    {"collector_us_per_datagram", [](M m, M) { return each_us(m, m.collector_cpu_seconds); }},
    {"simulator_us_per_datagram", [](M m, M) { return each_us(m, m.simulator_cpu_seconds); }},
    {"collector_cores", [](M m, M) { return m.collector_cpu_seconds / m.seconds; }},
    {"simulator_cores", [](M m, M) { return m.simulator_cpu_seconds / m.seconds; }},
    {"tick_ms", [](M m, M) { return tick_ms(m, &Row::tick_seconds, median); }},
    {"worst_tick_ms", [](M m, M) { return tick_ms(m, &Row::tick_seconds, most); }},
    {"worst_lateness_ms", [](M m, M) { return tick_ms(m, &Row::lateness_seconds, most); }},
    {"resident_mib", [](M m, M) { return m.resident_bytes / kMib; }},
    {"bytes_per_slot", [](M m, M) { return m.bytes_per_slot(); }},
    {"bytes_per_slot_beyond", [](M m, M smallest) { return m.bytes_per_slot_beyond(smallest); }},
};

}  // namespace

Table sizes_table(const std::vector<Measured>& sizes, const Measured& smallest) {
  Table table{kTable,
              fmt::format("what a size takes; beyond: without the {:.1f} MiB of the smallest "
                          "collector, of {} slots",
                          smallest.resident_bytes / kMib, smallest.size.capacity()),
              {},
              {}};
  for (const Measured& measured : sizes) table.columns.push_back(measured.size.name());
  for (const auto& figure : kFigures) {
    table.figures.push_back({figure.name, {}});
    for (const Measured& measured : sizes) {
      table.figures.back().values.emplace_back(figure.value(measured, smallest));
    }
  }
  return table;
}

Plot growth_plot() {
  constexpr const char* kBlue = "#1f6fb2";
  constexpr const char* kOrange = "#d98c1f";
  constexpr const char* kGrey = "#bbbbbb";
  constexpr const char* kStyle = "linespoints lw 2 pt 7";
  return {.table = kTable,
          .title = "flatline: how it grows with its hosts",
          .x = "hosts",
          .layout = "2,2",
          .settings = "set logscale x 10\nset lmargin 12\nset bmargin 3\n",
          .panels = {{"processor time a datagram, us",
                      kStyle,
                      "set logscale y 10",
                      {{"simulator", {"simulator_us_per_datagram"}, kGrey},
                       {"collector, all threads", {"collector_us_per_datagram"}, kOrange},
                       {"its loop", {"loop_us_per_datagram"}, kBlue}}},
                     {"cores",
                      kStyle,
                      "set logscale y 10",
                      {{"simulator", {"simulator_cores"}, kGrey},
                       {"collector", {"collector_cores"}, kOrange}},
                      1},
                     {"a tick, ms",
                      kStyle,
                      "set logscale y 10",
                      {{"worst lateness", {"worst_lateness_ms"}, kGrey},
                       {"worst duration", {"worst_tick_ms"}, kOrange},
                       {"median duration", {"tick_ms"}, kBlue}}},
                     {"resident memory a slot, bytes",
                      kStyle,
                      "set logscale y 10",
                      {{"all of it", {"bytes_per_slot"}, kOrange},
                       {"beyond the smallest collector", {"bytes_per_slot_beyond"}, kBlue}},
                      1024}}};
}

void judge(const Measured& measured, const Measured& smallest, Report& report) {
  const std::string name = measured.size.name();
  // A burst with which a late simulator catches up may overrun any buffer, and what it left out
  // nobody can hear: where that happened, losses and silence are not the collector's.
  const bool excused = measured.left_out > 0 || (measured.late > 0 && measured.lost > 0);
  report.add(
      {{measured.lost == 0,
        fmt::format("{}: datagrams lost by the kernel: {}", name, measured.lost),
        excused && measured.lost > 0},
       {measured.healthy == measured.size.hosts,
        fmt::format("{}: healthy at the end: {}", name, measured.healthy),
        excused && measured.healthy < measured.size.hosts},
       judge_accounts(name, measured.said.sent, measured.said.send_errors, 0, measured.after)});
  report.say(measured.full_cores() < kCores,
             fmt::format("{}: the collector uses {:.3f} of a core at the full pace", name,
                         measured.full_cores()));
  const std::uint32_t slots = measured.size.capacity();
  const double beyond = measured.bytes_per_slot_beyond(smallest);
  report.say(
      beyond < kSlotBytes + kNotOfSlotsBytes / slots,
      fmt::format("{}: a slot takes {:.0f} bytes beyond the smallest collector; the bound is "
                  "{:.0f}, and {:.0f} for the 3 MiB of all together that are no slot's",
                  name, beyond, kSlotBytes, kNotOfSlotsBytes / slots));
  if (slots >= kManySlots) {
    report.say(measured.bytes_per_slot() < kSlotBytes,
               fmt::format("{}: all there is takes {:.0f} bytes a slot; the bound is {:.0f}", name,
                           measured.bytes_per_slot(), kSlotBytes));
  }
  if (measured.late == 0 && measured.left_out == 0) return;
  report.note(fmt::format(
      "{}: the simulator did not keep its pace: {:.0f} datagrams were late and {:.0f} left out, "
      "with {:.2f} of a core",
      name, measured.late, measured.left_out, measured.simulator_cpu_seconds / measured.seconds));
}

}  // namespace flatline::bench
