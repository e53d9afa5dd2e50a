#include "bench/proofs/tick_watch.h"

#include <algorithm>
#include <bit>
#include <thread>

#include "schema/limits.h"
#include "schema/program/clock.h"

namespace flatline::bench {
namespace {

WrittenAnswer written_between(const WrittenAnswer& before, const WrittenAnswer& after) {
  return {after.writes - before.writes, after.rows - before.rows, after.bytes - before.bytes,
          after.pages - before.pages, after.wal_frames};
}

double between(std::uint64_t before, std::uint64_t after) {
  return static_cast<double>(after - before);
}

double switches_of_loop(const ProcessFigures& process) {
  for (const auto& [id, thread] : process.threads) {
    if (thread.name == "loop") return static_cast<double>(thread.switches);
  }
  return 0;
}

std::optional<double> flips_between(const std::optional<BitmapAnswer>& before,
                                    const std::optional<BitmapAnswer>& after) {
  if (!before || !after || after->header.tick != before->header.tick + 1) return std::nullopt;
  int flips = 0;
  const auto was = before->plane(Plane::kHealthy);
  const auto is = after->plane(Plane::kHealthy);
  for (std::size_t word = 0; word < is.size(); ++word) flips += std::popcount(was[word] ^ is[word]);
  return flips;
}

}  // namespace

Row row_between(const Sample& before, const Sample& after) {
  const auto& was = before.summary.work;
  const auto& now = after.summary.work;
  const double ticks = after.summary.tick - before.summary.tick;
  const auto each = [&](double from, double to) { return (to - from) / ticks; };
  const auto cpu = [&](const char* name) {
    return each(before.process.cpu_seconds(name), after.process.cpu_seconds(name));
  };
  Row row;
  row.at_seconds = after.at_seconds;
  row.ticks = ticks;
  row.tick_seconds = each(was.tick_seconds, now.tick_seconds);
  row.lateness_seconds = now.lateness_seconds;
  row.loop_cpu_seconds = cpu("loop");
  row.journal_cpu_seconds = cpu("journal");
  row.other_cpu_seconds = each(before.process.cpu_seconds(), after.process.cpu_seconds()) -
                          row.loop_cpu_seconds - row.journal_cpu_seconds;
  for (const auto& [id, thread] : after.process.threads) {
    const auto found = before.process.threads.find(id);
    const double earlier = found == before.process.threads.end() ? 0 : found->second.cpu_seconds;
    row.cpu_seconds[thread.name] += each(earlier, thread.cpu_seconds);
  }
  row.datagrams = each(was.datagrams, now.datagrams);
  row.datagram_bytes = each(was.datagram_bytes, now.datagram_bytes);
  row.receive_calls = each(was.receive_calls, now.receive_calls);
  row.published_bytes = each(was.published_bytes, now.published_bytes);
  row.history = written_between(was.history, now.history);
  row.checkpoint = written_between(was.checkpoint, now.checkpoint);
  row.registry_rows = now.registry_rows - was.registry_rows;
  row.written_bytes = between(before.process.written_bytes, after.process.written_bytes) / ticks;
  row.logged_bytes = between(before.logged_bytes, after.logged_bytes) / ticks;
  row.disk_bytes = between(before.process.disk_bytes, after.process.disk_bytes) / ticks;
  row.write_calls = between(before.process.write_calls, after.process.write_calls) / ticks;
  row.read_calls = between(before.process.read_calls, after.process.read_calls) / ticks;
  row.switches = each(switches_of_loop(before.process), switches_of_loop(after.process));
  row.resident_bytes = static_cast<double>(after.process.resident_bytes);
  row.lost = after.summary.datagrams.lost - before.summary.datagrams.lost;
  row.filtered = after.summary.datagrams.filtered - before.summary.datagrams.filtered;
  row.hosts = after.summary.hosts;
  row.healthy = after.summary.healthy;
  row.failing = after.summary.failing;
  row.silent = after.summary.silent;
  if (before.loop_instructions && after.loop_instructions) {
    row.loop_instructions = between(*before.loop_instructions, *after.loop_instructions) / ticks;
  }
  row.flips = flips_between(before.healthy, after.healthy);
  return row;
}

TickWatch::TickWatch(pid_t process, const std::string& api, Duration tick, Instant start)
    : process_(process),
      tick_(tick),
      start_(start),
      client_("http://" + api, "", kDefaultRequestTimeout),
      instructions_(process) {}

Sample TickWatch::next() {
  if (!next_) align();
  sleep_until(*next_);
  *next_ += tick_;
  Sample sample;
  sample.summary = summary();
  sample.process = read_figures(process_);
  sample.loop_instructions = instructions_.read();
  sample.at_seconds = Seconds(monotonic_now() - start_).count();
  return sample;
}

SummaryAnswer TickWatch::summary() {
  client_.restart_deadline();
  return client_.summary();
}

BitmapAnswer TickWatch::healthy_plane() {
  client_.restart_deadline();
  return client_.bitmap(Plane::kHealthy);
}

/// The age of the view tells when the tick was.
void TickWatch::align() {
  const auto age = std::chrono::duration_cast<Duration>(Seconds(summary().view_age_seconds));
  next_ = monotonic_now() - age + 3 * tick_ / 2;
}

void sleep_until(Instant when) {
  std::this_thread::sleep_for(std::max(when - monotonic_now(), Duration{0}));
}

}  // namespace flatline::bench
