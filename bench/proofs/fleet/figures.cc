#include "bench/proofs/fleet/figures.h"

#include <fmt/core.h>

namespace flatline::bench {
namespace {


template <auto Member>
Value of(const Row& row) {
  return row.*Member;
}

/// A member of what was written of one kind, of each that was written.
template <auto Kind, auto Member>
Value each(const Row& row) {
  const WrittenAnswer& written = row.*Kind;
  if (written.writes == 0) return std::nullopt;
  return written.*Member / written.writes;
}

template <auto Member>
Value a_step(const Row& row) {
  if (row.history.writes == 0 || row.checkpoint.writes > 0) return std::nullopt;
  return row.*Member * row.ticks / row.history.writes;
}

Value at_step(const Row& row) {
  return row.history.writes > 0 ? Value{row.lateness_seconds} : std::nullopt;
}

double last(const std::vector<double>& of) {
  return of.back();
}

std::string ticks_name(const Run& run) {
  return fmt::format("load-{}", run.share.percent);
}

}  // namespace

Value RowFigure::of_phase(const Run& run, std::size_t phase) const {
  const std::vector<double> found = values(run, phase, of);
  return found.empty() ? std::nullopt : Value{summary(found) * scale};
}

const std::vector<RowFigure>& row_figures() {
  using Written = WrittenAnswer;
  static const std::vector<RowFigure> kFigures = {
      {"loop_cpu_ms", of<&Row::loop_cpu_seconds>, median, 1e3},
      {"journal_cpu_ms_per_step", journal_seconds_of_step, median, 1e3},
      {"loop_instructions", of<&Row::loop_instructions>, median},
      {"datagrams", of<&Row::datagrams>, median},
      {"received_bytes", of<&Row::datagram_bytes>, median},
      {"published_bytes", of<&Row::published_bytes>, median},
      {"rows_per_step", each<&Row::history, &Written::rows>, median},
      {"pages_per_step", each<&Row::history, &Written::pages>, median},
      {"stored_bytes_per_step", each<&Row::history, &Written::bytes>, median},
      {"rows_per_checkpoint", each<&Row::checkpoint, &Written::rows>, median},
      {"pages_per_checkpoint", each<&Row::checkpoint, &Written::pages>, median},
      {"stored_bytes_per_checkpoint", each<&Row::checkpoint, &Written::bytes>, median},
      {"registry_rows", of<&Row::registry_rows>, sum},
      {"written_bytes_per_step", a_step<&Row::written_bytes>, median},
      {"resident_mib", of<&Row::resident_bytes>, median, 1 / kMib},
      {"tick_ms", of<&Row::tick_seconds>, median, 1e3},
      {"lateness_ms", of<&Row::lateness_seconds>, median, 1e3},
      {"worst_lateness_ms", of<&Row::lateness_seconds>, most, 1e3},
      {"worst_lateness_ms_at_step", at_step, most, 1e3},
      {"lost", of<&Row::lost>, sum},
      {"filtered", of<&Row::filtered>, sum},
      {"healthy", of<&Row::healthy>, last},
      {"failing", of<&Row::failing>, last},
      {"silent", of<&Row::silent>, last},
      {"flips", of<&Row::flips>, median},
  };
  return kFigures;
}

Value journal_seconds_of_step(const Row& row) {
  return a_step<&Row::journal_cpu_seconds>(row);
}

Table phases_table(const Run& run) {
  Table table{fmt::format("phases-{}", run.share.percent),
              fmt::format("{}, {} hosts: figures of a tick, over the ticks of each phase",
                          run.share.name(), run.hosts),
              {},
              {}};
  for (const PhasePlan& phase : run.share.phases) table.columns.push_back(phase.name);
  for (const RowFigure& figure : row_figures()) {
    table.figures.push_back({figure.name, {}});
    for (std::size_t phase = 0; phase < run.share.phases.size(); ++phase) {
      table.figures.back().values.push_back(figure.of_phase(run, phase));
    }
  }
  return table;
}

Table ticks_table(const Run& run) {
  Table table{ticks_name(run), "", {}, {{"at_s", {}}, {"phase", {}}, {"ticks", {}}}};
  for (const RowFigure& figure : row_figures()) table.figures.push_back({figure.name, {}});
  for (const Row& row : run.rows) {
    auto into = table.figures.begin();
    (into++)->values.emplace_back(row.at_seconds);
    (into++)->values.emplace_back(row.phase);
    (into++)->values.emplace_back(row.ticks);
    for (const RowFigure& figure : row_figures()) {
      const Value value = figure.of(row);
      (into++)->values.push_back(value ? Value{*value * figure.scale} : std::nullopt);
    }
  }
  return table;
}

Table calls_table(const std::vector<PhaseCalls>& phases) {
  std::map<std::string, std::vector<Value>> by_name;
  Table table{"system-calls", "system calls a tick", {}, {}};
  for (std::size_t i = 0; i < phases.size(); ++i) {
    table.columns.push_back(phases[i].phase.name);
    for (const auto& [name, calls] : phases[i].a_tick) {
      by_name[name].resize(phases.size());
      by_name[name][i] = calls;
    }
  }
  for (auto& [name, calls] : by_name) table.figures.push_back({name, std::move(calls)});
  return table;
}

Plot load_plot(const Plan& plan, const Run& run) {
  Plot plot{
      .table = ticks_name(run),
      .title = fmt::format("flatline: {} of {} slots enrolled", run.hosts, plan.capacity),
      .x = "at_s",
      .layout = "4,1",
      .settings = "set lmargin 12\nset rmargin 20\nset key outside right center\nset auto xfix\n"};
  for (const PhasePlan& phase : run.share.phases) {
    const auto before = static_cast<double>(plot.marks.size());
    plot.marks.push_back({before * Seconds(plan.phase).count(), phase.name});
  }
  plot.panels = {
      {"hosts",
       "filledcurves y1=0",
       "set yrange [0:*]",
       {{"silent", {"healthy", "failing", "silent"}, "#8a5fb0"},
        {"failing", {"healthy", "failing"}, "#d6453d"},
        {"healthy", {"healthy"}, "#4f9a52"}}},
      {"processor time, ms a tick and a step",
       "steps lw 2",
       "set yrange [0:*]",
       {{"loop", {"loop_cpu_ms"}, "#1f6fb2"}, {"journal", {"journal_cpu_ms_per_step"}, "#d98c1f"}}},
      {"bytes a tick and a step",
       "steps lw 2",
       "set logscale y 10",
       {{"received", {"received_bytes"}, "#777777"},
        {"published", {"published_bytes"}, "#1f6fb2"},
        {"stored", {"stored_bytes_per_step"}, "#d98c1f"}}},
      {"resident, MiB",
       "steps lw 2",
       "set yrange [0:*]",
       {{"memory", {"resident_mib"}, "#1f6fb2"}}},
  };
  return plot;
}

}  // namespace flatline::bench
