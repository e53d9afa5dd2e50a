// The real collector on files that fail (harness/faulty_files.cc): it goes on watching, says what
// is wrong, throws nothing away, and is whole again when the files are. FLATLINE_TABLE=1 prints
// what became of each fault at each call.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <csignal>
#include <cstring>

#include "tests/end_to_end/small_fleet.h"
#include "tests/harness/asking.h"
#include "tests/harness/faults.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("whatever fails while it runs, the collector goes on watching, says so, and heals") {
  Faults faulty(FLATLINE_FAULTY_FILES);
  RunningCollector collector(small_fleet_flags(), faulty.under());
  const auto fleet = play_small_fleet(collector);
  await_status(collector, is_whole);
  for (const Fault& fault : each_fault()) {
    CAPTURE(std::string(fault.name));
    faulty.plan(fault.call, fault.fault, 12, "/data");
    const auto until = std::chrono::steady_clock::now() + 2s;
    std::string said;
    StatusLines lines(collector);
    while (std::chrono::steady_clock::now() < until) {
      const SummaryAnswer summary = lines.next();
      CHECK(summary.healthy == kSmallFleetHosts);
      if (summary.storage.state != "ok") said = summary.storage.reason;
    }
    const int met = faulty.met();
    faulty.end();
    await_status(collector, is_whole);
    CHECK(files_aside(collector.folder() / "data") == 0);
    print_row(fmt::format("{:<22} {:>3} calls met  {}", fault.name, met,
                          said.empty() ? "nothing was lost by it" : said));
  }
  collector.process().send_signal(SIGTERM);
  CHECK(collector.process().wait() == 0);
}

TEST_CASE(
    "whatever fails at a start, it starts with every host, or says why, and can start later") {
  Faults faulty(FLATLINE_FAULTY_FILES);
  RunningCollector collector(small_fleet_flags(), faulty.under());
  const auto fleet = play_small_fleet(collector);
  await_status(collector, is_whole);
  collector.process().send_signal(SIGTERM);
  REQUIRE(collector.process().wait() == 0);
  for (const Fault& fault : each_fault()) {
    for (const int granted : {0, 2, 9}) {
      CAPTURE(std::string(fault.name));
      CAPTURE(granted);
      faulty.plan(fault.call, fault.fault, 1, "/data", granted);
      collector.launch();
      const auto ready = collector.process().read_line();
      const int met = faulty.met();
      std::string became = "starts";
      if (!ready) {
        const auto code = collector.process().wait();
        CHECK(code == 1);
        became = collector.process().err();
        const std::string reason = fault.fault > 0 ? std::strerror(fault.fault) : "data";
        CHECK_MESSAGE(became.find("data") != std::string::npos, became);
      } else {
        collector.process().send_signal(SIGTERM);
        CHECK(collector.process().wait() == 0);
      }
      faulty.end();
      CHECK(files_aside(collector.folder() / "data") == 0);
      if (met > 0)
        print_row(fmt::format("{:<22} start, after {:>2}: {}", fault.name, granted, became));
    }
  }
  collector.start();
  CHECK(hosts(collector).total == kSmallFleetHosts);
}

TEST_CASE("a disk that does not answer keeps nobody waiting: not who looks back, not who ends it") {
  for (const int signals : {1, 2}) {
    CAPTURE(signals);
    Faults faulty(FLATLINE_FAULTY_FILES);
    RunningCollector collector(small_fleet_flags(), faulty.under());
    const auto fleet = play_small_fleet(collector);
    await_status(collector, [](const SummaryAnswer& summary) {
      return is_whole(summary) && summary.work.registry_rows >= kSmallFleetHosts;
    });
    faulty.plan(FileCall::kWrite, FaultPlan::kHang, 1'000'000, "/data");
    REQUIRE(faulty.await_hanging(1));
    await_status(collector, [](const SummaryAnswer& summary) {
      return summary.storage.reason.find("the disk has not answered") != std::string::npos;
    });
    CHECK(status(collector).healthy == kSmallFleetHosts);
    const Finished looked = collector.ask({"history", "--fleet"});
    CHECK(looked.exit_code == 1);
    CHECK_MESSAGE(looked.err.find("the disk has not answered") != std::string::npos, looked.err);
    collector.process().send_signal(SIGTERM);
    if (signals == 1) {
      CHECK(collector.process().wait() == 1);
      CHECK(collector.process().err().find("the disk does not answer") != std::string::npos);
    } else {
      // The first one has ended the loop when the API refuses to be asked.
      while (collector.ask({"status"}).exit_code == 0) {
      }
      collector.process().send_signal(SIGHUP);  // There is nobody left to reload.
      collector.process().send_signal(SIGTERM);
      CHECK(collector.process().wait() == 128 + SIGTERM);
    }
    // Nothing that was stored is lost.
    faulty.end();
    collector.start();
    CHECK(hosts(collector).total == kSmallFleetHosts);
  }
}

TEST_CASE("no file is mapped that somebody could cut under the collector") {
  RunningCollector collector(small_fleet_flags());
  const auto fleet = play_small_fleet(collector);
  await_status(collector, is_whole);
  for (const auto& entry : fs::directory_iterator(collector.folder() / "data")) {
    CHECK_FALSE(entry.path().string().ends_with("-shm"));
    if (entry.path().string().ends_with("-shm")) fs::resize_file(entry.path(), 0);
  }
  CHECK(collector.ask({"history", "--fleet"}).exit_code == 0);
  await_status(collector, is_whole);
}
