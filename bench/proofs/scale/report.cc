#include "bench/proofs/scale/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/proofs/report_files.h"
#include "bench/proofs/scale/picture.h"
#include "schema/program/duration.h"

namespace flatline::bench {
namespace {

constexpr double kMib = 1 << 20;

struct Column {
  const char* name;
  double (*value)(const Measured& measured, const Proof& proof);
};

double each_us(const Measured& measured, double cpu_seconds) {
  return 1e6 * cpu_seconds / measured.received;
}

/// The same for the table and for the JSON.
const std::vector<Column>& columns() {
  using M = const Measured&;
  using P = const Proof&;
  static const std::vector<Column> kColumns = {
      {"slots", [](M m, P) -> double { return m.size.capacity(); }},
      {"calm_after_s", [](M m, P) { return m.calm_after_seconds; }},
      {"healthy", [](M m, P) { return m.healthy; }},
      {"measured_s", [](M m, P) { return m.seconds; }},
      {"datagrams_due", [](M m, P) { return std::round(m.due); }},
      {"datagrams_sent", [](M m, P) { return m.sent; }},
      {"sent_late", [](M m, P) { return m.late; }},
      {"left_out", [](M m, P) { return m.skipped; }},
      {"datagrams_accepted", [](M m, P) { return m.accepted; }},
      {"lost_by_kernel", [](M m, P) { return m.lost; }},
      {"loop_us_per_datagram", [](M m, P) { return each_us(m, m.loop_cpu_seconds); }},
      {"collector_us_per_datagram", [](M m, P) { return each_us(m, m.collector_cpu_seconds); }},
      {"simulator_us_per_datagram", [](M m, P) { return each_us(m, m.simulator_cpu_seconds); }},
      {"loop_cores", [](M m, P) { return m.share(m.loop_cpu_seconds); }},
      {"collector_cores", [](M m, P) { return m.share(m.collector_cpu_seconds); }},
      {"collector_cores_full_pace", [](M m, P) { return m.full_share(); }},
      {"simulator_cores", [](M m, P) { return m.share(m.simulator_cpu_seconds); }},
      {"tick_us", [](M m, P) { return 1e6 * m.median_tick_seconds(); }},
      {"worst_tick_us", [](M m, P) { return 1e6 * m.worst_tick_seconds(); }},
      {"worst_lateness_us", [](M m, P) { return 1e6 * m.worst_lateness_seconds(); }},
      {"history_steps", [](M m, P) { return m.writes(&Row::history); }},
      {"history_steps_lost", [](M m, P) { return m.steps_lost; }},
      {"checkpoints", [](M m, P) { return m.writes(&Row::checkpoint); }},
      {"resident_empty_mib", [](M m, P) { return m.empty_bytes / kMib; }},
      {"resident_mib", [](M m, P) { return m.resident_bytes / kMib; }},
      {"bytes_per_slot", [](M m, P) { return m.bytes_per_slot(); }},
      {"bytes_per_slot_beyond",
       [](M m, P proof) { return m.bytes_per_slot_beyond(proof.smallest); }},
      {"receive_buffer_mib", [](M m, P) { return m.end.receive_buffer.granted_bytes / kMib; }},
  };
  return kColumns;
}

std::string size_json(const Measured& measured, const Proof& proof) {
  std::string text = fmt::format(
      "{{\"hosts\":{},\"interval_ms\":{},\"tick_ms\":{},"
      "\"history_step_ms\":{},\"history_keep_ms\":{}",
      measured.size.hosts, measured.size.interval.count(), measured.size.tick().count(),
      measured.size.history_step().count(), measured.size.history_keep().count());
  for (const Column& column : columns()) {
    text += fmt::format(",\"{}\":{}", column.name, column.value(measured, proof));
  }
  std::vector<std::string> ticks;
  for (const Row& row : measured.rows) {
    ticks.push_back(
        fmt::format("{{\"at_s\":{:.3f},\"tick_s\":{:.9f},\"lateness_s\":{:.9f},\"datagrams\":{},"
                    "\"loop_cpu_s\":{:.9f},\"journal_cpu_s\":{:.9f},\"other_cpu_s\":{:.9f}}}",
                    row.at_seconds, row.tick_seconds, row.lateness_seconds, row.datagrams,
                    row.loop_cpu_seconds, row.journal_cpu_seconds, row.other_cpu_seconds));
  }
  return text + fmt::format(",\n \"ticks\":[\n  {}]}}", fmt::join(ticks, ",\n  "));
}

}  // namespace

std::string format_table(const Plan& plan, const Proof& proof) {
  std::string text = fmt::format(
      "{} messages kept a host; ticks of 1 s, or of an interval where that is shorter; a step of "
      "the "
      "history every 10 ticks, the last 12 of them kept; a checkpoint every {}\n{:>26}",
      plan.messages, format_duration(kCheckpointPeriod), "");
  for (const Measured& measured : proof.sizes) text += fmt::format(" {:>13}", measured.size.name());
  for (const Column& column : columns()) {
    text += fmt::format("\n{:>26}", column.name);
    for (const Measured& measured : proof.sizes) text += cell(column.value(measured, proof), 13);
  }
  text += fmt::format(
      "\nThe smallest collector, of {} slots, takes {:.1f} MiB: what a slot takes "
      "beyond is without them.\n",
      proof.smallest.size.capacity(), proof.smallest.resident_bytes / kMib);
  text += fmt::format(
      "A kept message takes {} bytes a host ({:.1f} measured): {} of them, as is "
      "usual, {} bytes.\n",
      proof.message.declared_bytes, proof.message.measured_bytes, kDefaultMessagesPerHost,
      kDefaultMessagesPerHost * proof.message.declared_bytes);
  return text;
}

std::string write_report(const Plan& plan, const Proof& proof, const std::vector<Finding>& findings,
                         const std::string& text) {
  std::filesystem::create_directories(plan.report);
  std::vector<std::string> sizes;
  for (const Measured& measured : proof.sizes) sizes.push_back(size_json(measured, proof));
  write_file(
      plan.report / "scale.json",
      fmt::format("{{{},\"messages\":{},\"smallest_slots\":{},\"smallest_resident_bytes\":{},"
                  "\"message_bytes\":{},\"message_bytes_measured\":{},\n\"findings\":[\n {}],"
                  "\n\"sizes\":[\n{}]}}\n",
                  origin_json(), plan.messages, proof.smallest.size.capacity(),
                  proof.smallest.resident_bytes, proof.message.declared_bytes,
                  proof.message.measured_bytes, findings_json(findings), fmt::join(sizes, ",\n")));
  write_file(plan.report / "scale.txt", machine() + "\n\n" + text);
  return draw(plan.report, growth_picture(proof));
}

}  // namespace flatline::bench
