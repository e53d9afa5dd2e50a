// Fleets in which nothing is to be seen, and the largest one.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <random>
#include <string>

#include "schema/program/clock.h"
#include "tests/collector/view/labelled_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::LabelledFleet;
using test::MadeFleet;

constexpr const char* kNames[] = {"disk", "load", "memory", "ssh", "web", "mysql"};

/// Draws a fleet of any size and shape, in which labels, states and moments have nothing to do with
/// each other.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random_);
  }
  bool one_in(double probability) {
    return std::uniform_real_distribution<>(0, 1)(random_) < probability;
  }

 private:
  std::mt19937 random_;
};

struct Shape {
  explicit Shape(Dice& dice)
      : hosts(10 + dice.below(dice.one_in(0.5) ? 200 : 2'000)),
        roles(1 + dice.below(8)),
        zones(1 + dice.below(5)),
        racks(1 + dice.below(hosts / 4)),
        versions(1 + dice.below(3)),
        networks(1 + dice.below(8)),
        checks(1 + dice.below(6)),
        failing(dice.one_in(0.3) ? dice.below(100) / 100.0 : 0.03),
        silent(dice.one_in(0.3) ? dice.below(100) / 100.0 : 0.02),
        turned(dice.one_in(0.3) ? 0.5 : 0.05) {}
  std::uint32_t hosts, roles, zones, racks, versions, networks, checks;
  double failing, silent, turned;
};

void put(LabelledFleet& fleet, std::uint32_t slot, const Shape& shape, Dice& dice) {
  const Instant now = fleet.view.head.at;
  // Squares make groups of unlike sizes.
  const auto role = dice.below(shape.roles) * dice.below(shape.roles) / shape.roles;
  HostRecord record = fleet.host(fmt::format("role=r{},zone=z{},rack={}", role,
                                             dice.below(shape.zones), dice.below(shape.racks)));
  record.received = 5;
  record.agent_version = dice.below(shape.versions);
  record.source.ip[5] = static_cast<std::uint8_t>(dice.below(shape.networks));
  if (dice.one_in(shape.turned)) record.turned_at = now - 1ms * dice.below(3'600'000);
  const bool fails = dice.one_in(shape.failing);
  const bool is_silent = dice.one_in(shape.silent);
  const std::uint32_t failing_check = dice.below(shape.checks);
  for (std::uint32_t i = 0; i < shape.checks; ++i) {
    const bool is_it = fails && (i == failing_check || dice.one_in(0.1));
    fleet.add_check(record, kNames[i], is_it ? CheckState::kCritical : CheckState::kOk);
  }
  if (is_silent) record.heard_at = now - 1ms * dice.below(3'600'000);
  fleet.MadeFleet::put(slot, record,
                       is_silent ? MadeFleet::kSilent
                       : fails   ? MadeFleet::kFailing
                                 : MadeFleet::kHealthy);
}

TEST_CASE("of 1,000 fleets without a cause, under 1 % are told one") {
  LabelledFleet fleet(2'240);
  std::uint32_t alarms = 0;
  for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
    Dice dice(seed);
    const Shape shape(dice);
    for (std::uint32_t slot = 0; slot < fleet.view.head.capacity; ++slot) {
      if (slot < shape.hosts) {
        put(fleet, slot, shape, dice);
      } else {
        fleet.MadeFleet::put(slot, HostRecord{}, 0);
      }
    }
    const auto told = fleet.told();
    if (told.empty()) continue;
    ++alarms;
    MESSAGE("seed ", seed, ", ", shape.hosts, " hosts: ", told[0]);
  }
  CHECK(alarms < 10);
}

TEST_CASE("a million slots: what causes there are, and how long a pass takes") {
  LabelledFleet fleet(kMaxCapacity);
  const Instant now = fleet.view.head.at;
  for (std::uint32_t slot = 0; slot < kMaxCapacity; ++slot) {
    HostRecord record = fleet.host();
    record.labels =
        Labels{fmt::format("role=r{},zone=z{},rack={}", slot % 5, slot % 3, slot / 2'048)};
    record.received = 5;
    record.source.ip[5] = static_cast<std::uint8_t>(slot >> 12);
    const bool fails = slot / 2'048 == 77;
    const bool is_silent = slot / 2'048 == 300 && slot % 4 == 0;
    if (is_silent) record.heard_at = now - 100s - 1us * (slot % 2'048);
    fleet.add_check(record, "disk", fails ? CheckState::kCritical : CheckState::kOk);
    for (const char* const name : {"load", "memory", "ssh", "web"}) {
      fleet.add_check(record, name, CheckState::kOk);
    }
    fleet.MadeFleet::put(slot, record,
                         is_silent ? MadeFleet::kSilent
                         : fails   ? MadeFleet::kFailing
                                   : MadeFleet::kHealthy);
  }
  const Instant begun = monotonic_now();
  const auto told = fleet.told();
  MESSAGE("a pass took ", (monotonic_now() - begun) / 1ms, " ms");
  CHECK(told == std::vector<std::string>{"failing: rack=77 2048/2048, 2048/1048576",
                                         "failing: check disk 2048/2048",
                                         "silent: rack=300 512/512, 2048/1048576",
                                         "silent: 512/512 within 2 s, 101 s ago"});
}

}  // namespace
}  // namespace flatline
