#include "bench/fleet_proof/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/fleet_proof/picture.h"
#include "bench/stand/report_files.h"

namespace flatline::bench {
namespace {

double median_of(const Run& run, std::size_t phase, double (*of)(const Row&)) {
  return median(values(run, phase, of));
}

double most_of(const Run& run, std::size_t phase, double (*of)(const Row&)) {
  const auto all = values(run, phase, of);
  return all.empty() ? 0 : *std::max_element(all.begin(), all.end());
}

double sum_of(const Run& run, std::size_t phase, double (*of)(const Row&)) {
  double sum = 0;
  for (const double value : values(run, phase, of)) sum += value;
  return sum;
}

/// Of the ticks in which a step was stored.
double step_median(const Run& run, std::size_t phase, double (*of)(const Row&)) {
  std::vector<double> found;
  for (const Row& row : run.rows) {
    if (row.phase == phase && row.history.writes > 0) found.push_back(of(row));
  }
  return median(found);
}

struct Column {
  const char* name;
  double (*value)(const Run& run, std::size_t phase);
};

/// The same for the table and for the JSON.
const std::vector<Column>& columns() {
  static const std::vector<Column> kColumns = {
      {"loop_cpu_ms_per_tick",
       [](const Run& run, std::size_t phase) {
         return 1e3 * median_of(run, phase, [](const Row& row) { return row.loop_cpu_seconds; });
       }},
      {"journal_cpu_ms_per_step",
       [](const Run& run, std::size_t phase) {
         return 1e3 * step_median(run, phase, [](const Row& row) {
                  return row.journal_cpu_seconds * row.ticks / row.history.writes;
                });
       }},
      {"other_cpu_ms_per_tick",
       [](const Run& run, std::size_t phase) {
         return 1e3 * median_of(run, phase, [](const Row& row) { return row.other_cpu_seconds; });
       }},
      {"datagrams_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.datagrams; });
       }},
      {"received_bytes_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.datagram_bytes; });
       }},
      {"published_bytes_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.published_bytes; });
       }},
      {"rows_per_step",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase,
                            [](const Row& row) { return row.history.rows / row.history.writes; });
       }},
      {"pages_per_step",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase,
                            [](const Row& row) { return row.history.pages / row.history.writes; });
       }},
      {"stored_bytes_per_step",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase,
                            [](const Row& row) { return row.history.bytes / row.history.writes; });
       }},
      {"wal_frames",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase, [](const Row& row) { return row.history.wal_frames; });
       }},
      {"written_bytes_per_step",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase, [](const Row& row) {
           return row.written_bytes * row.ticks / row.history.writes;
         });
       }},
      {"disk_bytes",
       [](const Run& run, std::size_t phase) {
         return sum_of(run, phase, [](const Row& row) { return row.disk_bytes * row.ticks; });
       }},
      {"receive_calls_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.receive_calls; });
       }},
      {"write_calls_per_step",
       [](const Run& run, std::size_t phase) {
         return step_median(run, phase, [](const Row& row) {
           return row.write_calls * row.ticks / row.history.writes;
         });
       }},
      {"loop_sleeps_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.switches; });
       }},
      {"resident_mib",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase, [](const Row& row) { return row.resident_bytes; }) /
                (1 << 20);
       }},
      {"tick_us",
       [](const Run& run, std::size_t phase) {
         return 1e6 * median_of(run, phase, [](const Row& row) { return row.tick_seconds; });
       }},
      {"worst_tick_us",
       [](const Run& run, std::size_t phase) {
         return 1e6 * most_of(run, phase, [](const Row& row) { return row.tick_seconds; });
       }},
      {"worst_lateness_us",
       [](const Run& run, std::size_t phase) {
         return 1e6 * most_of(run, phase, [](const Row& row) { return row.lateness_seconds; });
       }},
      {"lost",
       [](const Run& run, std::size_t phase) {
         return sum_of(run, phase, [](const Row& row) { return row.lost; });
       }},
      {"filtered",
       [](const Run& run, std::size_t phase) {
         return sum_of(run, phase, [](const Row& row) { return row.filtered; });
       }},
      {"loop_instructions_per_tick",
       [](const Run& run, std::size_t phase) {
         return median_of(run, phase,
                          [](const Row& row) { return row.loop_instructions.value_or(0); });
       }},
  };
  return kColumns;
}

std::string run_json(const Run& run) {
  std::vector<std::string> phases;
  for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
    std::string text = fmt::format("{{\"phase\":{}", quoted(run.share.phases[i].name));
    for (const Column& column : columns()) {
      text += fmt::format(",\"{}\":{}", column.name, column.value(run, i));
    }
    phases.push_back(text + "}");
  }
  std::vector<std::string> ticks;
  for (const Row& row : run.rows) {
    ticks.push_back(fmt::format(
        "{{\"at_s\":{:.3f},\"phase\":{},\"ticks\":{},\"loop_cpu_s\":{:.9f},\"journal_cpu_s\":"
        "{:.9f},\"other_cpu_s\":{:.9f},\"tick_s\":{:.9f},\"lateness_s\":{:.9f},\"datagrams\":{},"
        "\"published_bytes\":{},\"history_bytes\":{},\"history_pages\":{},\"checkpoint_bytes\":{},"
        "\"written_bytes\":{},\"disk_bytes\":{},\"receive_calls\":{},\"resident_bytes\":{},"
        "\"hosts\":{},\"healthy\":{},\"failing\":{},\"silent\":{}}}",
        row.at_seconds, row.phase, row.ticks, row.loop_cpu_seconds, row.journal_cpu_seconds,
        row.other_cpu_seconds, row.tick_seconds, row.lateness_seconds, row.datagrams,
        row.published_bytes, row.history.bytes, row.history.pages, row.checkpoint.bytes,
        row.written_bytes, row.disk_bytes, row.receive_calls, row.resident_bytes, row.hosts,
        row.healthy, row.failing, row.silent));
  }
  return fmt::format(
      "{{\"enrolled_percent\":{},\"hosts\":{},\"sent\":{},\"flooded\":{},\n"
      " \"phases\":[\n  {}],\n \"ticks\":[\n  {}]}}",
      run.share.percent, run.hosts, run.sent, run.flooded, fmt::join(phases, ",\n  "),
      fmt::join(ticks, ",\n  "));
}

}  // namespace

std::string format_table(const Run& run) {
  std::string text = fmt::format("{} % enrolled, {} hosts (medians of a phase's ticks)\n{:>28}",
                                 run.share.percent, run.hosts, "");
  for (const PhasePlan& phase : run.share.phases) text += fmt::format(" {:>13}", phase.name);
  for (const Column& column : columns()) {
    text += fmt::format("\n{:>28}", column.name);
    for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
      text += cell(column.value(run, phase), 13);
    }
  }
  return text + "\n";
}

std::string format_calls(const std::vector<PhaseCalls>& phases) {
  std::map<std::string, std::vector<double>> by_name;
  std::string text = fmt::format("{:>28}", "system calls a tick");
  for (std::size_t i = 0; i < phases.size(); ++i) {
    text += fmt::format(" {:>13}", phases[i].phase);
    for (const auto& [name, calls] : phases[i].a_tick) {
      by_name[name].resize(phases.size());
      by_name[name][i] = calls;
    }
  }
  for (const auto& [name, calls] : by_name) {
    text += fmt::format("\n{:>28}", name);
    for (const double value : calls) text += fmt::format(" {:>13.1f}", value);
  }
  text += fmt::format("\n{:>28}", "all");
  for (const PhaseCalls& phase : phases) text += fmt::format(" {:>13.1f}", phase.total());
  return text + "\n";
}

std::string write_report(const std::filesystem::path& folder, const Plan& plan,
                         const Proof& proof) {
  std::filesystem::create_directories(folder);
  std::vector<std::string> all;
  std::string table;
  for (const Run& run : proof.runs) {
    all.push_back(run_json(run));
    table += format_table(run) + "\n";
  }
  std::vector<std::string> calls;
  for (const PhaseCalls& phase : proof.calls) {
    std::string text = fmt::format("{{\"phase\":{}", quoted(phase.phase));
    for (const auto& [name, number] : phase.a_tick) {
      text += fmt::format(",{}:{:.2f}", quoted(name), number);
    }
    calls.push_back(text + "}");
  }
  if (!proof.calls.empty()) table += format_calls(proof.calls) + "\n";
  write_file(
      folder / "fleet.json",
      fmt::format("{{{},\"capacity\":{},\"interval_ms\":{},\"tick_ms\":{},\n\"findings\":[\n {}],"
                  "\n\"system_calls_per_tick\":[{}],\n\"runs\":[\n{}]}}\n",
                  origin_json(), plan.capacity, plan.interval.count(), plan.tick.count(),
                  findings_json(proof.findings), fmt::join(calls, ",\n "), fmt::join(all, ",\n")));
  write_file(folder / "fleet.txt", machine() + "\n\n" + table + format_findings(proof.findings));
  return draw_pictures(folder, plan, proof.runs);
}

}  // namespace flatline::bench
