// 10,000 simulated hosts send over real UDP to the real collector, which the real command line
// asks. In every phase the bitmap is the truth, bit for bit, once the promised time of detection
// has passed and not before.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>

#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/wall_time.h"
#include "tests/harness/asking.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kHosts = 10'000;
constexpr auto kInterval = 1000ms;
constexpr auto kTick = 250ms;
/// How often the promised time of detection a busy machine may take.
constexpr int kBusy = 10;
/// So many of the steps in which hosts stand as silent are looked at, the first ones.
constexpr std::size_t kEarlySteps = 4;

using Slots = std::map<std::string, std::uint32_t>;

/// Returns the names whose bit is set in a plane, now or `at` a past moment. It asks for hex
/// digits, which is fast.
Names bitmap(const RunningCollector& collector, const std::string& plane, const Slots& slots,
             const std::string& at = {}) {
  std::vector<std::string> question = {"bitmap", "--plane", plane, "-o", "hex"};
  if (!at.empty()) question.insert(question.begin(), {"at", at});
  const Finished answer = collector.ask(question);
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  std::string digits;
  for (const std::string& line : split_lines(answer.out)) digits += line;
  Names names;
  for (const auto& [name, slot] : slots) {
    // A byte is two digits, the high one first, and slot s is bit s mod 8 of byte s / 8.
    const std::size_t digit = slot / 8 * 2 + (slot % 8 < 4 ? 1 : 0);
    REQUIRE(digit < digits.size());
    const int value = std::stoi(digits.substr(digit, 1), nullptr, 16);
    if ((value >> (slot % 4) & 1) != 0) names.insert(name);
  }
  return names;
}

/// When each silent host was heard last. A little too early is right: the collector answers after
/// it was asked.
std::map<std::string, WallTime> last_heard(const RunningCollector& collector) {
  const WallTime asked = wall_now();
  const Finished answer = collector.ask({"ls", "silent", "-o", "json"});
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  const auto page = host_page_from_json(answer.out);
  REQUIRE(page);
  std::map<std::string, WallTime> heard;
  for (const HostRowAnswer& host : page->hosts) {
    REQUIRE(host.heard_seconds_ago);
    heard[host.name] = asked - std::chrono::ceil<Milliseconds>(
                                   std::chrono::duration<double>{*host.heard_seconds_ago});
  }
  return heard;
}

/// The hosts that stand as silent in the collector's own record before they had said nothing for
/// four intervals. The record tells what was true then, however late somebody comes to look.
Names silent_too_early(const RunningCollector& collector,
                       const std::map<std::string, WallTime>& heard, const Slots& slots) {
  WallTime from = WallTime::max();
  for (const auto& [name, at] : heard) from = std::min(from, at);
  const Finished answer =
      collector.ask({"history", "--fleet", "--from", format_rfc3339(from), "--to",
                     format_rfc3339(from + 20 * kInterval), "-o", "json"});
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  const auto history = fleet_history_from_json(answer.out);
  REQUIRE(history);
  Names early;
  std::size_t looked = 0;
  for (const FleetPointAnswer& point : history->points) {
    if (point.silent == 0 || ++looked > kEarlySteps) continue;
    const auto time = parse_rfc3339(point.time);
    REQUIRE(time);
    const Names reporting = bitmap(collector, "reporting", slots, point.time);
    for (const auto& [name, at] : heard) {
      if (!reporting.contains(name) && *time < at + 4 * kInterval) early.insert(name);
    }
  }
  CHECK(looked >= 1);
  return early;
}

}  // namespace

TEST_CASE("bitmap and truth agree for each of 10,000 hosts in every phase of a scenario") {
  RunningCollector collector(
      {"--tick", "250ms", "--history-step", "500ms", "--history-keep", "2m"});
  const auto truth_file = collector.folder() / "truth.jsonl";
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", std::to_string(kHosts), "--seed", "7",
                    "--truth", truth_file.string(), "--scenario",
                    "0s healthy; 1h fail 50%; 2h silent 30%; 3h warn 20%, fail 1%; 4h healthy"});
  // A phase lasts until the test has seen all of it. A reported change shows after an interval and
  // a tick, silence after five and a half intervals and a tick.
  const auto agree = [&](const std::string& phase, std::size_t warning = 0) {
    CAPTURE(phase);
    if (phase != "0s") sim.send_signal(SIGUSR2);
    await_phase(sim, phase);
    const auto begin = std::chrono::steady_clock::now();
    const auto truth = read_truth(truth_file);
    REQUIRE(truth.size() == kHosts);
    const Names silent = in_state(truth, "silent");
    const SummaryAnswer summary = await_status(collector, [&](const SummaryAnswer& now) {
      return now.hosts == kHosts && now.healthy == in_state(truth, "healthy").size() &&
             now.failing == in_state(truth, "failing").size() && now.silent == silent.size() &&
             now.warning == warning;
    });
    const auto promised = (silent.empty() ? kInterval : 11 * kInterval / 2) + kTick;
    CHECK(std::chrono::steady_clock::now() - begin < kBusy * promised);
    const Slots slot_of = slots(collector);
    CHECK(slot_of.size() == kHosts);
    CHECK(bitmap(collector, "healthy", slot_of) == in_state(truth, "healthy"));
    const Names reporting = bitmap(collector, "reporting", slot_of);
    CHECK(reporting.size() == kHosts - silent.size());
    for (const std::string& name : silent) CHECK(reporting.count(name) == 0);
    return summary;
  };

  agree("0s");
  const Finished names = collector.ask({"bitmap", "-o", "names"});
  CHECK(split_lines(names.out).size() == kHosts);
  agree("1h");
  agree("2h");
  const auto heard = last_heard(collector);
  CHECK_FALSE(heard.empty());
  CHECK(silent_too_early(collector, heard, slots(collector)) == Names{});
  agree("3h", kHosts / 5);
  const SummaryAnswer end = agree("4h");
  // What the kernel had no room for is lost only where the collector did not come to take it, for
  // as long as there was room. It was away since a tick, perhaps, and came late to the next by the
  // rest.
  const double room_seconds =
      1.0 * end.receive_buffer.granted_bytes / kDatagramBufferBytes / kHosts;
  const double away_seconds =
      end.collector.worst_lateness_seconds + std::chrono::duration<double>(kTick).count();
  CHECK((end.datagrams.lost == 0 || away_seconds >= room_seconds));
  sim.send_signal(SIGTERM);
  CHECK(sim.wait() == 0);

  collector.process().send_signal(SIGTERM);
  CHECK(collector.process().wait() == 0);
  CHECK(collector.process().out().empty());
}
