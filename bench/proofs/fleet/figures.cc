#include "bench/proofs/fleet/figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace flatline::bench {
namespace {

/// A member of a row.
template <auto Member>
Figure of(const Row& row) {
  return row.*Member;
}

/// A member of what was written of one kind.
template <auto Kind, auto Member>
Figure part(const Row& row) {
  return row.*Kind.*Member;
}

/// The same of each that was written.
template <auto Kind, auto Member>
Figure each(const Row& row) {
  const WrittenAnswer& written = row.*Kind;
  if (written.writes == 0) return std::nullopt;
  return written.*Member / written.writes;
}

/// What a tick took in which a step was stored, and no checkpoint, a step.
template <auto Member>
Figure a_step(const Row& row) {
  if (row.history.writes == 0 || row.checkpoint.writes > 0) return std::nullopt;
  return row.*Member * row.ticks / row.history.writes;
}

template <auto Member>
Figure whole(const Row& row) {
  return row.*Member * row.ticks;
}

Figure middle(const std::vector<double>& of) {
  if (of.empty()) return std::nullopt;
  return median(of);
}

Figure most(const std::vector<double>& of) {
  if (of.empty()) return std::nullopt;
  return *std::max_element(of.begin(), of.end());
}

Figure sum(const std::vector<double>& of) {
  return std::accumulate(of.begin(), of.end(), 0.0);
}

}  // namespace

Figure PhaseFigure::value(const Run& run, std::size_t phase) const {
  const Figure figure = summary(values(run, phase, of));
  return figure ? Figure{*figure * scale} : std::nullopt;
}

const std::vector<PhaseFigure>& phase_figures() {
  using Written = WrittenAnswer;
  static const std::vector<PhaseFigure> kFigures = {
      {"loop_cpu_ms_per_tick", middle, of<&Row::loop_cpu_seconds>, 1e3},
      {"journal_cpu_ms_per_step", middle, a_step<&Row::journal_cpu_seconds>, 1e3},
      {"other_cpu_ms_per_tick", middle, of<&Row::other_cpu_seconds>, 1e3},
      {"loop_instructions_per_tick", middle, of<&Row::loop_instructions>},
      {"datagrams_per_tick", middle, of<&Row::datagrams>},
      {"received_bytes_per_tick", middle, of<&Row::datagram_bytes>},
      {"published_bytes_per_tick", middle, of<&Row::published_bytes>},
      {"rows_per_step", middle, each<&Row::history, &Written::rows>},
      {"pages_per_step", middle, each<&Row::history, &Written::pages>},
      {"stored_bytes_per_step", middle, each<&Row::history, &Written::bytes>},
      {"wal_frames", middle, part<&Row::history, &Written::wal_frames>},
      {"checkpoints", sum, part<&Row::checkpoint, &Written::writes>},
      {"rows_per_checkpoint", middle, each<&Row::checkpoint, &Written::rows>},
      {"pages_per_checkpoint", middle, each<&Row::checkpoint, &Written::pages>},
      {"stored_bytes_per_checkpoint", middle, each<&Row::checkpoint, &Written::bytes>},
      {"registry_rows", sum, of<&Row::registry_rows>},
      {"written_bytes_per_step", middle, a_step<&Row::written_bytes>},
      {"disk_bytes", sum, whole<&Row::disk_bytes>},
      {"receive_calls_per_tick", middle, of<&Row::receive_calls>},
      {"read_calls_per_step", middle, a_step<&Row::read_calls>},
      {"write_calls_per_step", middle, a_step<&Row::write_calls>},
      {"loop_sleeps_per_tick", middle, of<&Row::switches>},
      {"resident_mib", middle, of<&Row::resident_bytes>, 1.0 / (1 << 20)},
      {"tick_us", middle, of<&Row::tick_seconds>, 1e6},
      {"worst_tick_us", most, of<&Row::tick_seconds>, 1e6},
      {"worst_lateness_us", most, of<&Row::lateness_seconds>, 1e6},
      {"lost", sum, of<&Row::lost>},
      {"filtered", sum, of<&Row::filtered>},
  };
  return kFigures;
}

const std::vector<TickFigure>& tick_figures() {
  using Written = WrittenAnswer;
  static const std::vector<TickFigure> kFigures = {
      {"at_s", of<&Row::at_seconds>},
      {"phase", [](const Row& row) -> Figure { return row.phase; }},
      {"ticks", of<&Row::ticks>},
      {"loop_cpu_s", of<&Row::loop_cpu_seconds>},
      {"journal_cpu_s", of<&Row::journal_cpu_seconds>},
      {"other_cpu_s", of<&Row::other_cpu_seconds>},
      {"loop_instructions", of<&Row::loop_instructions>},
      {"loop_sleeps", of<&Row::switches>},
      {"tick_s", of<&Row::tick_seconds>},
      {"lateness_s", of<&Row::lateness_seconds>},
      {"datagrams", of<&Row::datagrams>},
      {"received_bytes", of<&Row::datagram_bytes>},
      {"receive_calls", of<&Row::receive_calls>},
      {"lost", of<&Row::lost>},
      {"filtered", of<&Row::filtered>},
      {"published_bytes", of<&Row::published_bytes>},
      {"history_writes", part<&Row::history, &Written::writes>},
      {"history_rows", part<&Row::history, &Written::rows>},
      {"history_bytes", part<&Row::history, &Written::bytes>},
      {"history_pages", part<&Row::history, &Written::pages>},
      {"history_wal_frames", part<&Row::history, &Written::wal_frames>},
      {"checkpoint_writes", part<&Row::checkpoint, &Written::writes>},
      {"checkpoint_rows", part<&Row::checkpoint, &Written::rows>},
      {"checkpoint_bytes", part<&Row::checkpoint, &Written::bytes>},
      {"checkpoint_pages", part<&Row::checkpoint, &Written::pages>},
      {"checkpoint_wal_frames", part<&Row::checkpoint, &Written::wal_frames>},
      {"registry_rows", of<&Row::registry_rows>},
      {"written_bytes", of<&Row::written_bytes>},
      {"logged_bytes", of<&Row::logged_bytes>},
      {"disk_bytes", of<&Row::disk_bytes>},
      {"read_calls", of<&Row::read_calls>},
      {"write_calls", of<&Row::write_calls>},
      {"resident_bytes", of<&Row::resident_bytes>},
      {"hosts", of<&Row::hosts>},
      {"healthy", of<&Row::healthy>},
      {"failing", of<&Row::failing>},
      {"silent", of<&Row::silent>},
      {"flips", of<&Row::flips>},
  };
  return kFigures;
}

std::string figure_json(Figure figure) {
  return figure ? fmt::format("{}", *figure) : "null";
}

}  // namespace flatline::bench
