#include "bench/proofs/running_fleet.h"

#include <fmt/core.h>

#include <csignal>

#include "bench/proofs/tick_watch.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "tools/cli/client.h"

namespace flatline::bench {
namespace {

/// A million hosts want their keys derived before anything is said.
constexpr Milliseconds kPatience{60'000};
constexpr Milliseconds kAskPeriod{100};

std::vector<std::string> command(const test::RunningCollector& collector, std::uint32_t hosts,
                                 Milliseconds interval, const std::vector<std::string>& flags) {
  std::vector<std::string> words = {
      test::kFlatlineSim,    "--collector",         collector.udp(),
      "--fleet-key",         collector.fleet_key(), "--hosts",
      std::to_string(hosts), "--interval",          format_duration(interval)};
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

/// What stands behind ` name=`.
std::string field(const std::string& line, const std::string& name) {
  const std::string key = " " + name + "=";
  const std::size_t at = line.find(key);
  if (at == std::string::npos) throw Failure("flatline-sim did not say " + name + ": " + line);
  const std::size_t begin = at + key.size();
  return line.substr(begin, line.find(' ', begin) - begin);
}

FleetSaid read_counts(const std::string& line) {
  return {std::stoull(field(line, "sent")), std::stoull(field(line, "send_errors")),
          std::stoull(field(line, "late")), std::stoull(field(line, "skipped")),
          parse_duration(field(line, "worst")).value_or(Milliseconds{0})};
}

}  // namespace

RunningFleet::RunningFleet(const test::RunningCollector& collector, std::uint32_t hosts,
                           Milliseconds interval, const std::vector<std::string>& flags)
    : collector_(collector), hosts_(hosts), process_(command(collector, hosts, interval, flags)) {
  // It says that it is ready, and that the first phase has begun.
  if (!process_.read_line(kPatience) || !process_.read_line()) {
    throw Failure("flatline-sim: " + process_.err());
  }
}

void RunningFleet::await_all(Instant deadline) {
  SummaryAnswer last;
  if (all_by(deadline, [&last](const SummaryAnswer& summary) { last = summary; })) return;
  throw Failure(fmt::format("{} of {} hosts were registered in time, {} of them healthy: {}",
                            last.hosts, hosts_, last.healthy, process_.err()));
}

bool RunningFleet::all_by(Instant deadline,
                          const std::function<void(const SummaryAnswer&)>& progress) {
  cli::Client client("http://" + collector_.api(), "", kDefaultRequestTimeout);
  while (true) {
    client.restart_deadline();
    const SummaryAnswer summary = client.summary();
    progress(summary);
    if (summary.hosts == hosts_ && summary.healthy == hosts_) return true;
    if (monotonic_now() >= deadline) return false;
    sleep_until(monotonic_now() + kAskPeriod);
  }
}

FleetSaid RunningFleet::until_now() {
  process_.send_signal(SIGUSR1);
  while (const auto line = process_.read_line(kPatience)) {
    if (line->starts_with("until_now ")) return read_counts(*line);
  }
  throw Failure("flatline-sim did not say what it did until now: " + process_.err());
}

void RunningFleet::stop() const {
  process_.send_signal(SIGTERM);
}

FleetSaid RunningFleet::finish() {
  std::string last;
  while (const auto line = process_.read_line(kPatience)) last = *line;
  if (process_.wait(kPatience) != 0) throw Failure("flatline-sim: " + process_.err());
  return read_counts(last);
}

}  // namespace flatline::bench
