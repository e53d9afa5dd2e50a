// What a census counts of the checks of made-up fleets.

#include "collector/view/census.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <thread>

#include "tests/collector/view/made_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::MadeFleet;

CheckCounts counted(const Census& census) {
  CheckCounts counts;
  REQUIRE(census.results().checks.read(counts));
  return counts;
}

/// `disk: 3 OK, 1 CRITICAL`
std::string told(const CheckCount& check) {
  std::string text(check.name.view());
  for (std::size_t i = 0; i < kCheckStates; ++i) {
    if (check.hosts[i] == 0) continue;
    text += fmt::format(" {} {}", check.hosts[i], check_state_name(static_cast<CheckState>(i)));
  }
  return text;
}

TEST_CASE("a census is taken every second, and in larger collectors at most every ten seconds") {
  CHECK(census_period(kMinCapacity) == 1s);
  CHECK(census_period(kDefaultCapacity) == 1s);
  CHECK(census_period(100'032) == 1'000'320us);
  CHECK(census_period(500'032) == 5'000'320us);
  CHECK(census_period(kMaxCapacity) == 10s);
}

TEST_CASE("before the first tick nothing is counted") {
  MadeFleet fleet(64);
  Census census(fleet.board, fleet.host_table);
  census.take();
  CHECK(counted(census).tick == 0);
  fleet.publish();
  census.take();
  CHECK(counted(census).tick == 1);
  CHECK(counted(census).at == fleet.view.head.at);
  CHECK(counted(census).counted == 0);
}

TEST_CASE("checks are counted by name and state, of hosts that report") {
  MadeFleet fleet(128);
  const auto put = [&](std::uint32_t slot, CheckState disk, CheckState load, std::uint8_t planes) {
    HostRecord record = fleet.host();
    fleet.add_check(record, "load", load);
    fleet.add_check(record, "disk", disk);
    fleet.put(slot, record, planes);
  };
  put(0, CheckState::kOk, CheckState::kWarning, MadeFleet::kHealthy);
  put(1, CheckState::kCritical, CheckState::kOk, MadeFleet::kFailing);
  put(2, CheckState::kUnknown, CheckState::kPending, MadeFleet::kFailing);
  put(64, CheckState::kOk, CheckState::kOk, MadeFleet::kHealthy);
  put(127, CheckState::kCritical, CheckState::kCritical, MadeFleet::kSilent);
  Census census(fleet.board, fleet.host_table);
  fleet.publish();
  census.take();
  CheckCounts counts = counted(census);
  REQUIRE(counts.counted == 2);
  CHECK(counts.names == 2);
  CHECK(told(counts.checks[0]) == "disk 2 OK 1 CRITICAL 1 UNKNOWN");
  CHECK(told(counts.checks[1]) == "load 2 OK 1 WARNING 1 PENDING");
  CHECK(counts.checks[0].total() == 4);
  CHECK(counts.checks[0].failing() == 2);
  CHECK(counts.other.total() == 0);

  // The next pass begins anew.
  put(1, CheckState::kOk, CheckState::kOk, MadeFleet::kHealthy);
  fleet.publish();
  census.take();
  counts = counted(census);
  CHECK(told(counts.checks[0]) == "disk 3 OK 1 UNKNOWN");
  CHECK(counts.tick == 2);
}

TEST_CASE("a host that came after the view, one that left, and an empty slot are left out") {
  MadeFleet fleet(64);
  HostRecord record = fleet.host();
  fleet.add_check(record, "load", CheckState::kOk);
  fleet.put(0, record, MadeFleet::kHealthy);
  HostRecord newer = record;
  newer.generation = 2;
  fleet.put(1, newer, MadeFleet::kHealthy);
  HostRecord gone = record;
  gone.registered = false;
  fleet.put(2, gone, MadeFleet::kHealthy);
  fleet.put(3, record, 0);
  Census census(fleet.board, fleet.host_table);
  fleet.publish();
  census.take();
  CHECK(counted(census).checks[0].total() == 1);
  fleet.view.head.generation = 2;
  fleet.publish();
  census.take();
  CHECK(counted(census).checks[0].total() == 2);
}

CheckCounts known(const Census& census) {
  CheckCounts counts;
  REQUIRE(census.results().known_checks.read(counts));
  return counts;
}

TEST_CASE("a check that only silent hosts have is known, and nobody reports it") {
  MadeFleet fleet(64);
  HostRecord record = fleet.host();
  fleet.add_check(record, "load", CheckState::kCritical);
  fleet.put(0, record, MadeFleet::kFailing);
  Census census(fleet.board, fleet.host_table);
  fleet.publish();
  census.take();
  REQUIRE(known(census).counted == 1);
  CHECK(told(known(census).checks[0]) == "load 1 CRITICAL");
  fleet.put(0, record, MadeFleet::kSilent);
  fleet.publish();
  census.take();
  REQUIRE(known(census).counted == 1);
  CHECK(told(known(census).checks[0]) == "load");
  CHECK(known(census).tick == 2);
  fleet.names.release(record.check_names[0]);
  fleet.publish();
  census.take();
  CHECK(known(census).counted == 0);
}

TEST_CASE("which of too many names are known apart does not follow who fails") {
  MadeFleet fleet(512);
  std::vector<HostRecord> records;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    records.push_back(fleet.host());
    fleet.add_check(records[slot], fmt::format("check-{:03}", slot), CheckState::kOk);
    if (slot == 7) fleet.add_check(records[slot], "", CheckState::kWarning);
    fleet.put(slot, records[slot], MadeFleet::kHealthy);
  }
  Census census(fleet.board, fleet.host_table);
  fleet.publish();
  census.take();
  const CheckCounts before = known(census);
  CHECK(before.names == 300);
  REQUIRE(before.counted == kCountedChecks);
  CHECK(told(before.other) == fmt::format(" {} OK 1 WARNING", 300 - kCountedChecks));
  for (std::uint32_t slot = 200; slot < 300; ++slot) {
    records[slot].states[0] = CheckState::kCritical;
    fleet.put(slot, records[slot], MadeFleet::kFailing);
  }
  fleet.publish();
  census.take();
  const CheckCounts after = known(census);
  REQUIRE(after.counted == kCountedChecks);
  std::uint32_t failing = after.other.failing();
  for (std::size_t i = 0; i < kCountedChecks; ++i) {
    CHECK(after.checks[i].name == before.checks[i].name);
    failing += after.checks[i].failing();
  }
  CHECK(failing == 100);
}

TEST_CASE("names beyond those that have room are counted together, those that fail last") {
  MadeFleet fleet(512);
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    HostRecord record = fleet.host();
    const bool fails = slot >= 290;
    fleet.add_check(record, fmt::format("check-{:03}", slot),
                    fails ? CheckState::kCritical : CheckState::kOk);
    fleet.add_check(record, "everywhere", CheckState::kOk);
    if (slot == 7) fleet.add_check(record, "", CheckState::kWarning);  // Its name has not come.
    fleet.put(slot, record, fails ? MadeFleet::kFailing : MadeFleet::kHealthy);
  }
  Census census(fleet.board, fleet.host_table);
  fleet.publish();
  census.take();
  const CheckCounts counts = counted(census);
  CHECK(counts.names == 301);
  REQUIRE(counts.counted == kCountedChecks);
  std::uint32_t all = counts.other.total();
  std::uint32_t failing = 0;
  for (std::size_t i = 0; i < kCountedChecks; ++i) {
    all += counts.checks[i].total();
    failing += counts.checks[i].failing();
    if (i > 0) CHECK(counts.checks[i - 1].name.view() < counts.checks[i].name.view());
  }
  CHECK(all == 601);
  CHECK(failing == 10);
  CHECK(counts.other.in(CheckState::kOk) == 301 - kCountedChecks);
  CHECK(counts.other.in(CheckState::kWarning) == 1);
  CHECK(counts.checks[kCountedChecks - 1].name.view() == "everywhere");
}

TEST_CASE("no reader sees half a census") {
  struct Pair {
    std::array<std::uint64_t, 512> numbers{};
  };
  Latest<Pair> latest;
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> torn{0};
  std::atomic<std::uint64_t> read{0};
  std::thread reader([&] {
    Pair pair;
    while (!done || read == 0) {
      if (!latest.read(pair)) continue;
      ++read;
      for (const std::uint64_t number : pair.numbers) torn += number != pair.numbers[0] ? 1 : 0;
    }
  });
  Pair pair;
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    pair.numbers.fill(i);
    latest.publish(pair);
  }
  done = true;
  reader.join();
  CHECK(torn == 0);
  Pair last;
  REQUIRE(latest.read(last));
  CHECK(last.numbers[511] == 20'000);
}

}  // namespace
}  // namespace flatline
