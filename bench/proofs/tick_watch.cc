#include "bench/proofs/tick_watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <thread>

#include "schema/limits.h"
#include "schema/program/clock.h"

namespace flatline::bench {
namespace {

constexpr Milliseconds kAskPeriod{100};
WrittenAnswer written_between(const WrittenAnswer& before, const WrittenAnswer& after) {
  return {after.writes - before.writes, after.rows - before.rows, after.bytes - before.bytes,
          after.pages - before.pages, after.wal_frames};
}

double cpu_seconds(const Sample& sample, const char* thread) {
  const auto found = sample.process.cpu_seconds.find(thread);
  return found == sample.process.cpu_seconds.end() ? 0 : found->second;
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
  const auto cpu = [&](const char* thread) {
    return each(cpu_seconds(before, thread), cpu_seconds(after, thread));
  };
  Row row;
  row.at_seconds = after.at_seconds;
  row.ticks = ticks;
  row.tick_seconds = each(was.tick_seconds, now.tick_seconds);
  row.lateness_seconds = now.lateness_seconds;
  row.loop_cpu_seconds = cpu("loop");
  row.journal_cpu_seconds = cpu("journal");
  row.datagrams = each(was.datagrams, now.datagrams);
  row.datagram_bytes = each(was.datagram_bytes, now.datagram_bytes);
  row.published_bytes = each(was.published_bytes, now.published_bytes);
  row.history = written_between(was.history, now.history);
  row.checkpoint = written_between(was.checkpoint, now.checkpoint);
  row.registry_rows = now.registry_rows - was.registry_rows;
  row.written_bytes = each(before.process.written_bytes, after.process.written_bytes);
  row.logged_bytes = each(before.logged_bytes, after.logged_bytes);
  row.resident_bytes = after.process.resident_bytes;
  row.lost = after.summary.datagrams.lost - before.summary.datagrams.lost;
  row.filtered = after.summary.datagrams.filtered - before.summary.datagrams.filtered;
  row.hosts = after.summary.hosts;
  row.healthy = after.summary.healthy;
  row.failing = after.summary.failing;
  row.silent = after.summary.silent;
  if (before.loop_instructions && after.loop_instructions) {
    const std::uint64_t executed = *after.loop_instructions - *before.loop_instructions;
    row.loop_instructions = static_cast<double>(executed) / ticks;
  }
  row.flips = flips_between(before.healthy, after.healthy);
  return row;
}

Finding judge_accounts(const std::string& whose, double sent, double errors, double by_strangers,
                       const SummaryAnswer& end) {
  const double arrived = end.work.datagrams + end.datagrams.lost + end.datagrams.filtered;
  return {
      sent > 0 && arrived == sent + by_strangers && errors == 0,
      fmt::format("{}: datagrams sent {:.0f} ({} by strangers, {} errors), accounted for {:.0f}",
                  whose, sent + by_strangers, by_strangers, errors, arrived)};
}

TickWatch::TickWatch(test::RunningCollector& collector, Duration tick, Instant start,
                     bool looks_at_bits)
    : collector_(collector),
      process_(collector.process().pid()),
      tick_(tick),
      start_(start),
      looks_at_bits_(looks_at_bits),
      client_("http://" + collector.api(), "", test::kPatience),
      instructions_(process_) {}

bool TickWatch::all_healthy_by(Instant deadline, std::uint32_t hosts) {
  for (; monotonic_now() < deadline; sleep_until(monotonic_now() + kAskPeriod)) {
    const SummaryAnswer now = summary();
    if (now.hosts == hosts && now.healthy == hosts) return true;
  }
  return false;
}

Sample TickWatch::next() {
  if (!next_) align();
  sleep_until(*next_);
  *next_ += tick_;
  Sample sample;
  sample.summary = summary();
  sample.process = test::read_figures(process_);
  sample.loop_instructions = instructions_.read();
  sample.at_seconds = Seconds(monotonic_now() - start_).count();
  // Its stdout has nothing more to say: this only takes what has come on either.
  collector_.process().read_line(std::chrono::milliseconds{0});
  sample.logged_bytes = static_cast<double>(collector_.process().err().size());
  client_.restart_deadline();
  if (looks_at_bits_) sample.healthy = client_.bitmap(Plane::kHealthy);
  return sample;
}

Sample TickWatch::follow(Sample before, const std::function<bool(Row row)>& each) {
  while (true) {
    Sample after = next();
    if (after.summary.tick <= before.summary.tick) continue;
    if (!each(row_between(before, after))) return before;
    before = std::move(after);
  }
}

SummaryAnswer TickWatch::summary() {
  client_.restart_deadline();
  return client_.summary();
}

/// The tick that is under way may have begun before the last of it came; the one after it has not.
SummaryAnswer TickWatch::final_summary() {
  const double counted = summary().tick + 2;
  for (;; sleep_until(monotonic_now() + kAskPeriod)) {
    SummaryAnswer now = summary();
    if (now.tick >= counted) return now;
  }
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
