// Counts allocations: after the start, accepting datagrams and ticking make none, whatever hosts
// do.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <algorithm>
#include <span>

#include "collector/fleet/action_executor.h"
#include "collector/ingest/receive_socket.h"
#include "collector/view/view_board.h"
#include "schema/program/log.h"
#include "tests/harness/allocations.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

TEST_CASE("accept, tick and publish allocate nothing after start") {
  FleetDriver driver;
  ViewBoard board(driver.options.capacity);
  std::vector<Host> hosts;
  for (int i = 0; i < 40; ++i) hosts.emplace_back("host-" + std::to_string(i));
  Host full_of_errors("host-0");
  std::vector<Datagram> datagrams;
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      Host& host = hosts[i];
      host.snapshot.states[0] = (round + i) % 3 == 0 ? CheckState::kCritical : CheckState::kOk;
      host.snapshot.config_hash = static_cast<std::uint64_t>(round / 4);
      host.snapshot.page.name = CheckName{"check-" + std::to_string(round) + std::to_string(i)};
      host.snapshot.leaving = round == 10 && i % 5 == 0;
      datagrams.push_back(host.say(driver.now + round * 1s));
      datagrams.push_back(datagrams.back());  // It is stale.
      datagrams.push_back(datagrams.back());
      datagrams.back()[300] ^= std::byte{1};  // It is stale too: the clear header says so.
    }
    full_of_errors.epoch = 2000 + static_cast<std::uint64_t>(round);
    datagrams.push_back(full_of_errors.say(driver.now + round * 1s));
    datagrams.back()[300] ^= std::byte{1};
  }
  std::vector<ReceivedDatagram> received;
  for (const Datagram& datagram : datagrams) received.push_back({datagram, address_of(9)});

  const std::size_t before = allocations();
  std::size_t accepted = 0;
  const std::size_t a_round = datagrams.size() / 20;
  for (std::size_t first = 0; first < received.size(); first += a_round) {
    for (std::size_t i = 0; i < a_round; i += kReceiveBatch) {
      const std::span batch(received.data() + first + i, std::min(kReceiveBatch, a_round - i));
      accepted += driver.fleet.accept_all(batch, driver.arrival());
    }
    driver.now += 1s;
    board.publish(driver.fleet.tick(driver.arrival(), driver.inputs));
  }
  const std::size_t during = allocations() - before;

  CHECK(accepted > 700);
  CHECK(during == 0);
  CHECK(before > 0);  // The counter works.
}

TEST_CASE("hosts that change their labels allocate nothing, nor do quorums that are taken over") {
  FleetOptions options = FleetDriver::default_options();
  options.group_by = {LabelText{"role"}, LabelText{"zone"}, LabelText{"rack"}, LabelText{"os"}};
  options.quorums = {{LabelText{"role"}, LabelText{"web"}, {80, 3}}};
  FleetDriver driver(options);
  std::vector<Host> hosts;
  for (int i = 0; i < 100; ++i) hosts.emplace_back("host-" + std::to_string(i));
  std::vector<Datagram> datagrams;
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const std::string value = std::to_string(round * 7 + static_cast<int>(i));
      hosts[i].snapshot.labels = Labels{"role=r" + value + ",zone=z" + value + ",os=" + value};
      datagrams.push_back(hosts[i].say(driver.now + round * 60s));
    }
  }
  const std::vector<QuorumRule> next = {{LabelText{"os"}, LabelText{"debian"}, {50, 0}}};

  const std::size_t before = allocations();
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    accepted +=
        driver.fleet.accept(datagrams[i], address_of(9), driver.arrival()) == Outcome::kAccepted
            ? 1
            : 0;
    if ((i + 1) % hosts.size() != 0) continue;
    for (int second = 0; second < 60; ++second) {
      driver.now += 1s;
      driver.fleet.tick(driver.arrival(), driver.inputs);
    }
    driver.fleet.set_quorums(next);
  }
  const std::size_t during = allocations() - before;

  CHECK(accepted > 1500);
  CHECK(during == 0);
}

TEST_CASE("performing actions allocates nothing, whatever comes of them") {
  FleetDriver driver;
  ActionExecutor executor(driver.fleet, driver.host_table.actions());
  Host host("web-1");
  Host nobody("nobody");
  REQUIRE(driver.hear(host) == Outcome::kAccepted);
  std::vector<ActionRequest> actions;
  for (std::uint32_t i = 0; i < 2 * kActions; ++i) {
    const Host& about = i % 9 == 8 ? nobody : host;
    actions.push_back({static_cast<ActionKind>(i % kActionKinds), static_cast<std::uint16_t>(i % 3),
                       about.credential.agent_id, about.snapshot.name, 1s});
    actions.back().key = IdempotencyKey{"key-" + std::to_string(i / 2 * 2 + i % 4 / 3)};
  }
  std::array<std::uint32_t, static_cast<std::size_t>(ActionResult::kKeyReused) + 1> results{};
  const Datagram barred = host.say(driver.now);
  const Address source = address_of(9);

  const std::size_t before = allocations();
  for (const ActionRequest& request : actions) {
    const ActionReply answer = executor.perform(request, driver.arrival().wall);
    ++results[static_cast<std::size_t>(answer.result)];
    (void)driver.fleet.accept(barred, source, driver.arrival());
  }
  const std::size_t during = allocations() - before;

  CHECK(during == 0);
  CHECK(results[static_cast<std::size_t>(ActionResult::kDone)] > 0);
  CHECK(results[static_cast<std::size_t>(ActionResult::kUnchanged)] > 0);
  CHECK(results[static_cast<std::size_t>(ActionResult::kNoHost)] > 0);
  CHECK(results[static_cast<std::size_t>(ActionResult::kKeyReused)] > 0);
}

TEST_CASE("receiving, reading the kernel's counters and a line of the log allocate nothing") {
  Host host("web-1");
  const std::array<std::uint8_t, 1> live_keys = {host.fleet_key.key_id};
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, live_keys);
  const Datagram datagram = host.say(Instant{});
  sockaddr_in itself{};
  itself.sin_family = AF_INET;
  itself.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  itself.sin_port = htons(socket.local().port);
  log_info("the first line makes the log");

  const std::size_t before = allocations();
  std::size_t received = 0;
  for (int i = 0; i < 3; ++i) {
    ::sendto(socket.descriptor(), datagram.data(), datagram.size(), 0,
             reinterpret_cast<const sockaddr*>(&itself), sizeof itself);
    received += socket.receive().size();
    socket.counters().read(true);
  }
  // Where the kernel is busy a datagram may arrive a little later.
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (received < 3 && std::chrono::steady_clock::now() < deadline) {
    received += socket.receive().size();
  }
  log_info("flags:{} ({} hosts, {} healthy)", " blind panic frozen", 10'000, 4'999);
  const std::size_t during = allocations() - before;

  CHECK(received == 3);
  CHECK(during == 0);
}
