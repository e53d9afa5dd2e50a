// The real collector as a service: what its manager hears of it.

#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "tests/end_to_end/small_fleet.h"
#include "tests/harness/files.h"
#include "tests/harness/notify_socket.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

TEST_CASE("the manager hears that a collector is ready, how its fleet is, of reloads and its end") {
  const NotifySocket manager;
  RunningCollector collector({"--tick", "100ms", "--min-interval", "500ms", "--stale-after", "60"},
                             manager.under(400ms));
  const std::string first = manager.hear_of("WATCHDOG=1");
  const std::string told =
      "WATCHDOG=1\nSTATUS=hosts=0 healthy=0 failing=0 silent=0 unknown=0 flags=warming";
  // Where a busy machine made a tick late, it doubts itself.
  CHECK_MESSAGE((first == told + "\n" || first == told + ",blind\n"), first);
  manager.hear_of("READY=1\n");
  const auto fleet = play_small_fleet(collector);
  manager.hear_of("STATUS=hosts=20 healthy=20 failing=0 silent=0 unknown=0");
  for (const bool is_right : {true, false}) {
    if (!is_right) write_content(collector.fleet_key(), "no key");
    manager.forget();
    collector.process().send_signal(SIGHUP);
    manager.hear_of("RELOADING=1\n");
    manager.hear_of("READY=1\n");
  }
  manager.hear_of("WATCHDOG=1");
  manager.forget();  // What nobody reads leaves no room for news.
  collector.process().send_signal(SIGTERM);
  manager.hear_of("STOPPING=1\n");
  CHECK(collector.process().wait() == 0);
}

TEST_CASE("the manager hears nothing of a collector whose loop hangs, whoever answers meanwhile") {
  const NotifySocket manager;
  RunningCollector collector({"--tick", "100ms"}, manager.under(400ms));
  manager.hear_of("READY=1\n");
  // A loop that is held in the midst of a view keeps that from all; then it is held anew.
  for (int tries = 1;; ++tries) {
    const HeldMainThread held(collector.process().pid());
    manager.forget();
    const Finished asked = collector.ask({"status"});
    if (asked.exit_code != 0 && tries < 5) continue;
    CHECK_MESSAGE(asked.out.find("0 hosts") != std::string::npos, asked.err);
    CHECK_FALSE(manager.hear(500ms));
    break;
  }
  manager.hear_of("WATCHDOG=1");
}

TEST_CASE("a collector whose tick is longer than its manager's patience asks for more") {
  const NotifySocket manager;
  const RunningCollector collector({"--tick", "2s", "--window", "10s"}, manager.under(400ms));
  CHECK(manager.hear() == "WATCHDOG_USEC=8000000\n");
}

}  // namespace
