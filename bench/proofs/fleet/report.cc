#include "bench/proofs/fleet/report.h"

#include <fmt/format.h>

#include "bench/proofs/fleet/figures.h"
#include "bench/proofs/fleet/picture.h"
#include "bench/proofs/report_files.h"

namespace flatline::bench {
namespace {

/// Everything of a tick, and the processor time of each thread by its name.
std::string tick_json(const Row& row) {
  std::string text;
  for (const TickFigure& figure : tick_figures()) {
    text += fmt::format("\"{}\":{},", figure.name, figure_json(figure.value(row)));
  }
  std::vector<std::string> threads;
  for (const auto& [name, seconds] : row.cpu_seconds) {
    threads.push_back(fmt::format("{}:{}", quoted(name), seconds));
  }
  return fmt::format("{{{}\"cpu_s\":{{{}}}}}", text, fmt::join(threads, ","));
}

std::string run_json(const Run& run) {
  std::vector<std::string> phases;
  for (std::size_t i = 0; i < run.share.phases.size(); ++i) {
    std::string text = fmt::format("{{\"phase\":{}", quoted(run.share.phases[i].name));
    for (const PhaseFigure& figure : phase_figures()) {
      text += fmt::format(",\"{}\":{}", figure.name, figure_json(figure.value(run, i)));
    }
    phases.push_back(text + "}");
  }
  std::vector<std::string> ticks;
  for (const Row& row : run.rows) ticks.push_back(tick_json(row));
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
  for (const PhaseFigure& figure : phase_figures()) {
    text += fmt::format("\n{:>28}", figure.name);
    for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
      const Figure value = figure.value(run, phase);
      text += value ? cell(*value, 13) : fmt::format(" {:>13}", "-");
    }
  }
  return text + "\n";
}

std::string format_calls(const std::vector<PhaseCalls>& phases) {
  std::map<std::string, std::vector<double>> by_name;
  std::string text = fmt::format("{:>28}", "system calls a tick");
  for (std::size_t i = 0; i < phases.size(); ++i) {
    text += fmt::format(" {:>13}", phases[i].phase.name);
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
    std::string text = fmt::format("{{\"phase\":{}", quoted(phase.phase.name));
    for (const auto& [name, number] : phase.a_tick) {
      text += fmt::format(",{}:{:.2f}", quoted(name), number);
    }
    calls.push_back(text + "}");
  }
  if (!proof.calls.empty()) table += format_calls(proof.calls) + "\n";
  write_file(folder / "fleet.json",
             fmt::format("{{{},\"capacity\":{},\"hosts\":{},\"interval_ms\":{},\"tick_ms\":{},"
                         "\n\"findings\":[\n {}],"
                         "\n\"system_calls_per_tick\":[{}],\n\"runs\":[\n{}]}}\n",
                         origin_json(), plan.capacity, plan.hosts, plan.interval.count(),
                         plan.tick.count(), findings_json(proof.findings), fmt::join(calls, ",\n "),
                         fmt::join(all, ",\n")));
  write_file(folder / "fleet.txt", machine() + "\n\n" + table + format_findings(proof.findings));
  return draw_pictures(folder, plan, proof.runs);
}

}  // namespace flatline::bench
