// What a census tells of made-up fleets: the cause where there is one, and nothing where there is
// none.

#include "collector/view/cause.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/collector/view/labelled_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::LabelledFleet;
using test::MadeFleet;
using Told = std::vector<std::string>;

bool in_rack(std::uint32_t slot, std::uint32_t rack) {
  return slot / 300 == rack;
}

TEST_CASE("one cause: a rack, and the check that fails there") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    const bool fails = slot == 12 || slot == 5'000 || (in_rack(slot, 7) && slot % 300 < 212);
    fleet.put(slot, fails, "disk");
  }
  CHECK(fleet.told() == Told{"failing: rack=r7 212/214, 300/10000", "failing: check disk 214/214"});
}

TEST_CASE("two causes are told as two, the clearer one first") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    const bool rack = in_rack(slot, 7);
    const bool version = fleet.agent_of(slot) == 2 && slot / 100 % 4 != 0;  // 75 of 100.
    fleet.put(slot, rack || version, rack ? "disk" : "load");
  }
  CHECK(fleet.told() == Told{"failing: rack=r7 300/372, 300/10000",
                             "failing: agent=0.0.2 75/372, 100/10000",
                             "failing: check disk 300/372", "failing: check load 72/372"});
}

TEST_CASE("traits that mark the same hosts are told together") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    if (in_rack(slot, 7)) record.labels = Labels{"role=web,rack=r7,row=b3"};
    fleet.put(slot, record, in_rack(slot, 7), "disk");
  }
  CHECK(fleet.told()[0] == "failing: rack=r7 row=b3 300/300, 300/10000");
  // A zone that is the rack and much more is not: it explains less.
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    record.labels = Labels{fmt::format("rack=r{},zone=z{}", slot / 300, slot / 2'500)};
    fleet.put(slot, record, in_rack(slot, 7), "disk");
  }
  CHECK(fleet.told()[0] == "failing: rack=r7 300/300, 300/10000");
  // Two that only together mark the hosts are told together, too.
  LabelledFleet both(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = both.host_of(slot);
    record.labels = Labels{fmt::format("role=r{},zone=z{}", slot % 4, slot / 2'500)};
    both.put(slot, record, slot % 4 == 1 && slot / 2'500 == 2, "disk");
  }
  CHECK(both.told()[0] == "failing: role=r1 zone=z2 625/625, 2500/10000");
}

TEST_CASE("a zone of most of the fleet is told, and not what is left of it") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    record.labels = Labels{slot < 6'000 ? "zone=a" : "zone=b"};
    fleet.put(slot, record, slot < 6'000 || slot % 50 == 0, fleet.any_check(slot));
  }
  CHECK(fleet.told() == Told{"failing: zone=a 6000/6080, 6000/10000"});
}

TEST_CASE("those that fail where others are silent are not told to be where these are not") {
  LabelledFleet fleet(10'000);
  const auto put_all = [&](bool is_silent) {
    for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
      HostRecord record = fleet.host_of(slot);
      record.labels = Labels{slot < 4'000 ? "zone=a" : "zone=b"};
      fleet.put(slot, record, slot % 50 == 0, fleet.any_check(slot));
      if (!is_silent || slot >= 4'000) continue;
      record.heard_at -= 1s * slot;
      fleet.MadeFleet::put(slot, record, MadeFleet::kSilent);
    }
    return fleet.told();
  };
  CHECK(put_all(false).empty());
  CHECK(put_all(true)[0] == "silent: zone=a 4000/4000, 4000/10000");
}

TEST_CASE(
    "a trait is told of hosts that are hit three times as often as others, and not of twice") {
  const auto told_of = [](std::uint32_t percent_of_a, std::uint32_t percent_of_b) {
    LabelledFleet fleet(10'000);
    for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
      HostRecord record = fleet.host_of(slot);
      record.labels = Labels{slot < 5'000 ? "zone=a" : "zone=b"};
      const std::uint32_t percent = slot < 5'000 ? percent_of_a : percent_of_b;
      const bool fails = (slot * 2'246'822'519U >> 8) % 100 < percent;
      fleet.put(slot, record, fails, fleet.any_check(slot));
    }
    return fleet.told();
  };
  // Both are far from what chance would do among so many.
  CHECK(told_of(20, 10).empty());
  const Told told = told_of(40, 10);
  REQUIRE(told.size() == 1);
  CHECK(told[0].starts_with("failing: zone=a "));
}

TEST_CASE("nothing is told where everything is down, or nothing") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) fleet.put(slot, false);
  CHECK(fleet.told().empty());
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    fleet.put(slot, true, fleet.any_check(slot));
  }
  CHECK(fleet.told().empty());
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    fleet.put(slot, slot % 10 != 3, fleet.any_check(slot));
  }
  CHECK(fleet.told().empty());
}

TEST_CASE("small numbers prove nothing, unless they are of a very small group") {
  LabelledFleet ten(10);
  const auto put = [&](std::uint32_t slot, bool fails) {
    HostRecord record = ten.host_of(slot);
    record.labels = Labels{slot < 5 ? "rack=r1" : "rack=r2"};
    ten.put(slot, record, fails, ten.any_check(slot));
  };
  for (const std::uint32_t failing : {3U, 5U}) {
    for (std::uint32_t slot = 0; slot < 10; ++slot) put(slot, slot < failing);
    CHECK(ten.told().empty());
  }
  LabelledFleet fleet(10'000);
  const auto fail = [&](std::vector<std::uint32_t> slots) {
    for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
      HostRecord record = fleet.host_of(slot);
      record.labels = Labels{fmt::format("rack=r{}", slot / 10)};
      const bool fails = std::find(slots.begin(), slots.end(), slot) != slots.end();
      fleet.put(slot, record, fails, fleet.any_check(slot));
    }
    return fleet.told();
  };
  CHECK(fail({17, 4'801, 9'333}).empty());
  CHECK(fail({71, 72}).empty());
  CHECK(fail({71, 73, 78}) == Told{"failing: rack=r7 3/3, 10/10000"});
}

TEST_CASE("a check is told where hosts have several, and not where they have one") {
  LabelledFleet fleet(1'000);
  for (std::uint32_t slot = 0; slot < 1'000; ++slot) {
    fleet.put(slot, slot % 10 == 0, slot % 50 == 0 ? "load" : "disk");
  }
  CHECK(fleet.told() == Told{"failing: check disk 80/100", "failing: check load 20/100"});
  LabelledFleet single(1'000);
  for (std::uint32_t slot = 0; slot < 1'000; ++slot) {
    HostRecord record = single.MadeFleet::host();
    single.add_check(record, "disk", slot % 10 == 0 ? CheckState::kCritical : CheckState::kOk);
    single.MadeFleet::put(slot, record, slot % 10 == 0 ? MadeFleet::kFailing : MadeFleet::kHealthy);
  }
  CHECK(single.told().empty());
}

TEST_CASE("those that changed in the last minutes are told apart from what fails since long") {
  LabelledFleet fleet(10'000);
  const Instant now = fleet.view.head.at;
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    const bool is_new = in_rack(slot, 9) && slot % 300 < 40;
    const bool fails = is_new || slot % 11 == 0;
    if (fails) record.turned_at = now - (is_new ? 60s : 3600s + 1s * (slot % 3'000));
    fleet.put(slot, record, fails, fleet.any_check(slot));
  }
  CHECK(fleet.told() == Told{"changed: rack=r9 40/40, 300/10000"});
}

TEST_CASE("who is drained, missing or unknown is no part of the fleet that is compared") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    fleet.put(slot, in_rack(slot, 7), "disk");
    if (!in_rack(slot, 7)) continue;
    fleet.view.planes[static_cast<std::size_t>(Plane::kDrained)][slot / 64] |= std::uint64_t{1}
                                                                               << (slot % 64);
  }
  CHECK(fleet.told().empty());
}

TEST_CASE("hosts that fell silent together are told so, and those that did over an hour are not") {
  LabelledFleet fleet(10'000);
  const Instant now = fleet.view.head.at;
  const auto silence = [&](std::uint32_t count, auto ago_of) {
    for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
      HostRecord record = fleet.host_of(slot);
      const bool is_silent = slot % 300 == 2 * (slot / 300) + 1 && slot / 300 < count;
      if (is_silent) record.heard_at = now - ago_of(slot / 300);
      fleet.MadeFleet::put(slot, record, is_silent ? MadeFleet::kSilent : MadeFleet::kHealthy);
    }
    return fleet.told();
  };
  CHECK(silence(30, [](std::uint32_t i) { return 20min + 33ms * i; }) ==
        Told{"silent: 30/30 within 2 s, 1201 s ago"});
  CHECK(silence(30, [](std::uint32_t i) { return 10s + 300ms * i; }) ==
        Told{"silent: 30/30 within 10 s, 19 s ago"});
  CHECK(silence(30, [](std::uint32_t i) { return 10s + 118s * i; }).empty());
  // Twenty of them together, the others long ago.
  CHECK(silence(30, [](std::uint32_t i) { return i < 20 ? 10s + 33ms * i : 100h; }) ==
        Told{"silent: 20/30 within 2 s, 11 s ago"});
  CHECK(
      silence(30, [](std::uint32_t i) { return i < 4 ? 10s + 0ms * i : 20s + 118s * i; }).empty());
}

TEST_CASE("a cause among more hosts than are sampled is found, and counted exactly") {
  LabelledFleet fleet(60'032);
  for (std::uint32_t slot = 0; slot < 60'032; ++slot) {
    HostRecord record = fleet.host_of(slot);
    record.labels = Labels{fmt::format("zone=z{},role=r{}", slot / 6'000, slot % 5)};
    fleet.put(slot, record, slot / 6'000 == 4 || slot % 5 == 3, fleet.any_check(slot));
  }
  const Told told = fleet.told();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "failing: role=r3 12006/16806, 12006/60032");
  CHECK(told[1] == "failing: zone=z4 6000/16806, 6000/60032");
}

TEST_CASE(
    "hosts that cycle their labels fill the table, which is told, and hide nothing for long") {
  LabelledFleet fleet(8'192);
  std::uint32_t round = 0;
  const auto put_all = [&] {
    ++round;
    for (std::uint32_t slot = 0; slot < 8'192; ++slot) {
      HostRecord record = fleet.host_of(slot);
      record.labels = Labels{slot < 4'096 ? fmt::format("x={}-{},role=web", round, slot)
                                          : fmt::format("rack=r{}", slot / 256)};
      fleet.put(slot, record, slot / 256 == 20, fleet.any_check(slot));
    }
  };
  put_all();
  fleet.told();
  CHECK(fleet.causes().labels_refused > 3'000);
  put_all();
  CHECK(fleet.told() == Told{"failing: rack=r20 256/256, 256/8192"});
  CHECK(fleet.causes().labels_refused > 3'000);
  for (std::uint32_t slot = 0; slot < 8'192; ++slot) fleet.put(slot, false);
  fleet.told();
  fleet.told();
  CHECK(fleet.causes().labels_refused == 0);
}

TEST_CASE("networks, configurations and IPv6 are traits as labels are") {
  LabelledFleet fleet(10'000);
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    record.labels = Labels{};
    record.config_hash = slot % 20 == 3 ? 0xAB : 0xCD;
    record.source.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, static_cast<std::uint8_t>(slot / 100)};
    fleet.put(slot, record, slot % 20 == 3, fleet.any_check(slot));
  }
  CHECK(fleet.told() == Told{"failing: config=00000000000000ab 500/500, 500/10000"});
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) {
    HostRecord record = fleet.host_of(slot);
    record.labels = Labels{};
    record.source.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, static_cast<std::uint8_t>(slot / 100)};
    fleet.put(slot, record, slot / 100 == 0x1f, fleet.any_check(slot));
  }
  CHECK(fleet.told() == Told{"failing: address=2001:db8:1:1f::/64 100/100, 100/10000"});
}

}  // namespace
}  // namespace flatline
