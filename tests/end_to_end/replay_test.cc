// Datagrams that somebody recorded before the collector's last checkpoint change nothing when they
// are played again after it was killed and started anew.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <vector>

#include "schema/program/clock.h"
#include "schema/program/key_file.h"
#include "tests/harness/asking.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr int kHosts = 12;

/// Sends to a collector on loopback.
class Sender {
 public:
  explicit Sender(const std::string& udp) : descriptor_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    const std::size_t colon = udp.rfind(':');
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(udp.substr(colon + 1))));
    REQUIRE(::inet_pton(AF_INET, udp.substr(0, colon).c_str(), &to.sin_addr) == 1);
    REQUIRE(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0);
  }
  ~Sender() { ::close(descriptor_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(const std::vector<Datagram>& datagrams) const {
    for (const Datagram& datagram : datagrams) {
      REQUIRE(::send(descriptor_, datagram.data(), datagram.size(), 0) ==
              static_cast<ssize_t>(datagram.size()));
    }
  }

 private:
  int descriptor_;
};

std::vector<Host> hosts_of(const FleetKey& key) {
  std::vector<Host> hosts;
  for (int i = 0; i < kHosts; ++i) {
    Host& host = hosts.emplace_back("host-" + std::to_string(i), key);
    host.snapshot.interval = 10s;  // The window outlasts the test.
    host.wall_ahead = wall_now() - kWallAtZero;
  }
  return hosts;
}

std::vector<Datagram> round_of(std::vector<Host>& hosts, CheckState state, Instant at) {
  std::vector<Datagram> round;
  for (Host& host : hosts) {
    host.snapshot.states[0] = state;
    round.push_back(host.say(at));
  }
  return round;
}

double count_of(const SummaryAnswer& summary, std::string_view outcome) {
  const auto& outcomes = summary.datagrams.outcomes;
  const auto found = std::ranges::find(outcomes, outcome, &CountAnswer::name);
  REQUIRE(found != outcomes.end());
  return found->count;
}

}  // namespace

TEST_CASE("recorded before the last checkpoint, played again after a kill, it changes nothing") {
  RunningCollector collector({"--capacity", "64", "--tick", "50ms"});
  const Sender sender(collector.udp());
  std::vector<Host> hosts = hosts_of(read_fleet_key(collector.fleet_key()));
  const auto failing = round_of(hosts, CheckState::kCritical, Instant{10s});
  sender.send(failing);
  await_status(collector, [](const SummaryAnswer& now) { return now.failing == kHosts; });
  const auto healthy = round_of(hosts, CheckState::kOk, Instant{11s});
  sender.send(healthy);
  await_status(collector, [](const SummaryAnswer& now) { return now.healthy == kHosts; });

  collector.process().send_signal(SIGTERM);  // A clean stop leaves a checkpoint.
  REQUIRE(collector.process().wait() == 0);
  collector.start();
  collector.process().send_signal(SIGKILL);
  REQUIRE(collector.process().wait() == 128 + SIGKILL);
  collector.start();
  await_status(collector, [](const SummaryAnswer& now) { return now.healthy == kHosts; });

  sender.send(failing);
  sender.send(healthy);
  const SummaryAnswer after = await_status(
      collector, [](const SummaryAnswer& now) { return count_of(now, "stale") >= 2 * kHosts; });
  CHECK(count_of(after, "stale") == 2 * kHosts);
  CHECK(count_of(after, "accepted") == 0);
  CHECK(after.healthy == kHosts);
  CHECK(after.failing == 0);

  // The hosts' own next snapshots are accepted.
  sender.send(round_of(hosts, CheckState::kCritical, Instant{12s}));
  await_status(collector, [](const SummaryAnswer& now) { return now.failing == kHosts; });
}
