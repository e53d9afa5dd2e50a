// A collector under load is killed by SIGKILL a hundred times, at moments that a seed chooses,
// while it starts and while it serves. Each time it comes back whole.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <random>

#include "tests/harness/asking.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

constexpr int kKills = 100;
constexpr std::size_t kHosts = 120;
constexpr std::size_t kFailing = 36;
constexpr std::size_t kSilent = 12;

/// The slot and the state of every host, by its name.
using Fleet = std::map<std::string, std::pair<std::uint32_t, std::string>>;

Fleet fleet_of(const RunningCollector& collector) {
  Fleet fleet;
  for (const HostRowAnswer& host : hosts(collector).hosts) {
    fleet[host.name] = {host.slot, host.state};
  }
  return fleet;
}

std::size_t count(const Fleet& fleet, const std::string& state) {
  return static_cast<std::size_t>(std::count_if(
      fleet.begin(), fleet.end(), [&](const auto& host) { return host.second.second == state; }));
}

bool is_settled(const SummaryAnswer& summary) {
  return summary.failing == kFailing && summary.silent == kSilent &&
         summary.healthy == kHosts - kFailing - kSilent;
}

bool is_stored(const SummaryAnswer& summary) {
  return summary.storage.state == "ok";
}

bool is_warming(const SummaryAnswer& summary) {
  return std::ranges::count(summary.flags, std::string("warming")) == 1;
}

/// What the collector is started with, but for what a part of the story is about.
std::vector<std::string> flags(const std::vector<std::string>& more) {
  std::vector<std::string> flags = {"--capacity",     "192",   "--tick",         "50ms",
                                    "--min-interval", "100ms", "--history-step", "100ms",
                                    "--history-keep", "20s"};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

/// Starts it and waits for its first view, since serving begins a moment before that.
void start(RunningCollector& collector) {
  collector.start();
  await_status(collector, [](const SummaryAnswer& now) { return now.hosts > 0; });
}

void kill(RunningCollector& collector) {
  collector.process().send_signal(SIGKILL);
  REQUIRE(collector.process().wait() == 128 + SIGKILL);
}

}  // namespace

TEST_CASE("killed a hundred times, the registry is whole, slots and last verdicts are kept") {
  // A window that no life of it outlasts: it is `warming` whenever it is asked.
  RunningCollector collector(flags({"--window", "10m"}));
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", std::to_string(kHosts), "--interval", "200ms",
                    "--for", "10m", "--seed", "3", "--scenario",
                    "0s healthy; 2s fail 30%, silent 10%"});
  await_status(collector, is_settled);
  // From now on a host's window is 12.1 s: no pause of a busy machine silences another one.
  collector.process().send_signal(SIGTERM);
  REQUIRE(collector.process().wait() == 0);
  collector.use(flags({"--window", "10m", "--stale-after", "60"}));
  start(collector);
  await_status(collector, is_settled);
  const Fleet fleet = fleet_of(collector);
  REQUIRE(fleet.size() == kHosts);
  std::mt19937 random(2026);
  const auto any_moment = [&](int longest_ms) {
    return std::chrono::milliseconds(std::uniform_int_distribution<int>(0, longest_ms)(random));
  };
  int served = 0;
  for (int round = 0; round < kKills; ++round) {
    CAPTURE(round);
    // The collector prints nothing after its first line, so this only waits, unless it dies.
    REQUIRE_FALSE(collector.process().read_line(any_moment(250)));
    kill(collector);
    if (round % 4 == 3) {
      // Another kill comes while it starts.
      collector.launch();
      (void)collector.process().read_line(any_moment(30));
      kill(collector);
    }
    if (round % 10 == 5) {
      // A clean stop in between writes a checkpoint.
      start(collector);
      collector.process().send_signal(SIGTERM);
      REQUIRE(collector.process().wait() == 0);
    }
    if (round % 20 == 10) {
      const Finished checked =
          run_to_end({kFlatlineCollector, "--check-data", (collector.folder() / "data").string()});
      CHECK_MESSAGE(checked.exit_code == 0, checked.out, checked.err);
    }
    start(collector);
    // From the first view on, every host has its slot and its last verdict, silent ones included.
    const Fleet now = fleet_of(collector);
    CHECK(now == fleet);
    const SummaryAnswer summary = status(collector);
    CHECK(is_warming(summary));
    CHECK(is_settled(summary));
    // A disk that keeps it waiting is told as long as it does.
    if (summary.storage.state != "ok") await_status(collector, is_stored);
    ++served;
  }
  CHECK(served == kKills);
  // When `warming` is over, the living hosts are heard again and are what they were.
  kill(collector);
  collector.use(flags({"--window", "2s", "--stale-after", "60"}));
  start(collector);
  await_status(collector, [](const SummaryAnswer& now) { return !is_warming(now); });
  await_status(collector, is_settled);
  CHECK(fleet_of(collector) == fleet);

  // The whole fleet dies while the collector is down. One window after its start, it says so, and
  // there is time to look before.
  kill(collector);
  sim.send_signal(SIGKILL);
  REQUIRE(sim.wait() == 128 + SIGKILL);
  collector.use(flags({"--stale-after", "60"}));
  const auto started = std::chrono::steady_clock::now();
  start(collector);
  CHECK(fleet_of(collector) == fleet);
  await_status(collector, [](const SummaryAnswer& now) { return now.silent == kHosts; });
  CHECK(std::chrono::steady_clock::now() - started >= 12'100ms);
  CHECK(count(fleet_of(collector), "silent") == kHosts);
}
