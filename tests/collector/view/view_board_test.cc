// Readers copy whole views and whole rows while the writer goes on.

#include "collector/view/view_board.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <thread>

#include "collector/fleet/check_names.h"
#include "collector/view/host_table.h"

using namespace flatline;

TEST_CASE("a reader sees nothing before the first tick, then the newest view") {
  ViewBoard board(128);
  View view(128);
  REQUIRE(board.read(view));
  CHECK(view.head.tick == 0);
  CHECK(view.head.capacity == 128);
  View published(128);
  for (std::uint64_t tick = 1; tick <= 7; ++tick) {
    published.head.tick = tick;
    published.planes[3][1] = tick;
    published.groups.assignment = tick;
    published.groups.keys[3].places[kOtherPlace].counts.drained = static_cast<std::uint32_t>(tick);
    CHECK(board.publish(published) ==
          sizeof(ViewHead) + sizeof(GroupTable) + kPlanes * 128 / 8 + 128);
    REQUIRE(board.read(view));
    CHECK(view.head.tick == tick);
    CHECK(view.planes[3][1] == tick);
    CHECK(view.groups == published.groups);
    ViewHead head;
    GroupTable groups;
    REQUIRE(board.read_groups(head, groups));
    CHECK(head.tick == tick);
    CHECK(groups == published.groups);
    head.tick = 0;
    REQUIRE(board.read_head(head));
    CHECK(head.tick == tick);
  }
}

TEST_CASE("no reader ever sees half a view or half a row") {
  constexpr std::uint32_t kCapacity = 4096;
  constexpr std::uint64_t kTicks = 3000;
  ViewBoard board(kCapacity);
  HostTable host_table(kCapacity, 2);
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::atomic<std::uint64_t> read{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      View view(kCapacity);
      HostRecord record;
      std::array<KeptMessage, kChecks> messages;
      // Reads until the writer is done and at least one read succeeded, however threads are
      // scheduled.
      while (!done || read == 0) {
        if (board.read(view)) {
          for (const PlaneWords& plane : view.planes) {
            for (const std::uint64_t word : plane) torn += word != view.head.tick;
          }
          torn += view.groups.assignment != view.head.tick;
          torn += view.groups.keys.back().places.back().judged != view.head.tick;
        }
        if (host_table.read(5, record, messages)) {
          torn += record.received != record.lost || record.sequence != record.received;
          torn += messages[1].run_at != Instant{Duration{record.received}};
        }
        ++read;
      }
    });
  }
  View view(kCapacity);
  HostRecord record;
  KeptMessage message;
  for (std::uint64_t tick = 1; tick <= kTicks; ++tick) {
    view.head.tick = tick;
    view.groups.assignment = tick;
    view.groups.keys.back().places.back().judged = static_cast<std::uint32_t>(tick);
    for (PlaneWords& plane : view.planes) std::fill(plane.begin(), plane.end(), tick);
    board.publish(view);
    record.received = record.lost = record.sequence = tick;
    message.run_at = Instant{Duration{tick}};
    host_table.write(5, record, 1, message);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(torn == 0);
  CHECK(read > 0);
}

TEST_CASE(
    "a reader on the only processor lets a writer go on that lost it in the middle of a row") {
  const auto share_one_processor = [] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    return ::sched_setaffinity(0, sizeof one, &one) == 0;
  };
  for (int round = 0; round < 20; ++round) {
    Seqlock lock;
    std::atomic<int> stage{0};
    bool whole = false;
    std::thread reader([&] {
      (void)share_one_processor();
      while (stage != 1) std::this_thread::yield();
      stage = 2;
      whole = lock.read([] {});
    });
    std::thread writer([&] {
      (void)share_one_processor();
      lock.begin_write();
      stage = 1;
      while (stage != 2) std::this_thread::yield();
      lock.end_write();
    });
    reader.join();
    writer.join();
    CHECK(whole);
  }
}

TEST_CASE("the host table finds registered hosts, and marks slots until somebody took them") {
  HostTable host_table(128, 0);
  HostRecord record;
  record.agent_id = AgentId{42};
  record.registered = true;
  host_table.write(77, record);
  CHECK(host_table.find(AgentId{42}) == 77);
  CHECK_FALSE(host_table.find(AgentId{43}));
  record.registered = false;
  host_table.write(77, record);
  CHECK_FALSE(host_table.find(AgentId{42}));

  for (const std::uint32_t slot : {3U, 64U, 65U, 127U, 3U}) host_table.mark_changed(slot);
  std::array<std::uint32_t, 3> some{};
  REQUIRE(host_table.take_changed(some) == 3);
  CHECK(some == std::array<std::uint32_t, 3>{3, 64, 65});
  REQUIRE(host_table.take_changed(some) == 1);
  CHECK(some[0] == 127);
  CHECK(host_table.take_changed(some) == 0);
}

TEST_CASE("check names are stored once, counted, and make room when nobody uses them") {
  HostTable host_table(64, 0);
  CheckNames names(host_table, FleetId{});
  const CheckNameId load = names.use(CheckName{"load"});
  CHECK(names.use(CheckName{"load"}) == load);
  CHECK(host_table.check_name(load).view() == "load");
  CHECK(names.is(load, CheckName{"load"}));
  CHECK_FALSE(names.is(0, CheckName{}));
  names.release(load);
  CHECK(host_table.check_name(load).view() == "load");
  names.release(load);
  CHECK(host_table.check_name(load).empty());

  for (unsigned i = 1; i < kCheckNames; ++i) {
    REQUIRE(names.use(CheckName{"check-" + std::to_string(i)}) != 0);
  }
  CHECK(names.use(CheckName{"one more"}) == 0);
  CHECK(names.refused() == 1);
  const CheckNameId first = names.use(CheckName{"check-1"});
  names.release(first);
  names.release(first);
  CHECK(names.use(CheckName{"one more"}) == first);
}
