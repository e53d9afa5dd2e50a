#include "tests/harness/running_fleet.h"

#include <algorithm>

#include "schema/limits.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"

namespace flatline::test {
namespace {

/// A million hosts want their keys derived before anything is said.
constexpr Milliseconds kFleetPatience{60'000};

std::vector<std::string> command(const RunningCollector& collector, std::uint32_t hosts,
                                 Milliseconds interval, const std::vector<std::string>& flags) {
  std::vector<std::string> words = {
      kFlatlineSim,          "--collector",         collector.udp(),
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
  return {std::stod(field(line, "sent")), std::stod(field(line, "send_errors")),
          std::stod(field(line, "late")), std::stod(field(line, "skipped"))};
}

}  // namespace

RunningFleet::RunningFleet(const RunningCollector& collector, std::uint32_t hosts,
                           Milliseconds interval, const std::vector<std::string>& flags)
    : process_(command(collector, hosts, interval, flags)) {
  // It says that it is ready, and that the first phase has begun.
  if (!process_.read_line(kFleetPatience) || !process_.read_line()) {
    throw Failure("flatline-sim: " + process_.err());
  }
}

FleetSaid RunningFleet::until_now() {
  process_.send_signal(SIGUSR1);
  while (const auto line = process_.read_line(kFleetPatience)) {
    if (line->starts_with("until_now ")) return read_counts(*line);
  }
  throw Failure("flatline-sim did not say what it did until now: " + process_.err());
}

FleetSaid RunningFleet::finish() {
  std::string last;
  while (const auto line = process_.read_line(kFleetPatience)) last = *line;
  if (process_.wait(kFleetPatience) != 0) throw Failure("flatline-sim: " + process_.err());
  return read_counts(last);
}

Milliseconds registration_time(std::uint32_t hosts, Milliseconds tick) {
  return std::chrono::seconds{hosts / kNewcomersPerSecond + 1} + 2 * tick;
}

}  // namespace flatline::test
