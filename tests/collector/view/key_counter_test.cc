// What a census counts of the keys of made-up fleets.

#include "collector/view/key_counter.h"

#include <doctest/doctest.h>

#include "collector/view/census.h"
#include "tests/collector/view/made_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::MadeFleet;

class Rotated {
 public:
  explicit Rotated(std::uint32_t capacity) : made(capacity), census_(made.board, made.host_table) {}

  /// A host that spoke last with this key and generation.
  HostRecord host(std::uint8_t key_id, std::uint16_t generation = 0) {
    HostRecord record = made.host();
    record.has_spoken = true;
    record.key_id = key_id;
    record.credential_generation = generation;
    return record;
  }
  void put(const HostRecord& record, std::uint8_t planes) { made.put(next_++, record, planes); }
  KeyCounts count() {
    made.publish();
    census_.take();
    KeyCounts counts;
    REQUIRE(census_.results().keys.read(counts));
    return counts;
  }

  MadeFleet made;

 private:
  Census census_;
  std::uint32_t next_ = 0;
};

TEST_CASE("hosts are counted by the key that they spoke with last, those that are silent apart") {
  Rotated fleet(128);
  CHECK(fleet.count().keys == std::array<KeyCount, kKeyIds>{});
  fleet.put(fleet.host(1), MadeFleet::kHealthy);
  fleet.put(fleet.host(1), MadeFleet::kFailing);
  fleet.put(fleet.host(1), MadeFleet::kSilent);
  fleet.put(fleet.host(255), MadeFleet::kSilent);
  fleet.put(fleet.host(0), MadeFleet::kHealthy);
  fleet.put(fleet.made.host(), MadeFleet::kSilent);             // Nobody knows its key.
  fleet.put(fleet.made.host(), plane_bit(Plane::kRegistered));  // It is expected.
  fleet.made.view.head.live_keys = {{1, 2}, 2, {}};
  const KeyCounts counts = fleet.count();
  CHECK(counts.tick == 2);
  CHECK(counts.at == fleet.made.view.head.at);
  CHECK(counts.keys[0] == KeyCount{1, 1, 0});
  CHECK(counts.keys[1] == KeyCount{3, 2, 0});
  CHECK(counts.keys[2] == KeyCount{});
  CHECK(counts.keys[255] == KeyCount{1, 0, 0});
  CHECK(counts.unheard == 2);
  CHECK(counts.live.has(1));
  CHECK(counts.live.has(2));
  CHECK_FALSE(counts.live.has(0));
  CHECK(fleet.count().keys[1] == KeyCount{3, 2, 0});  // Each pass begins anew.
}

TEST_CASE("generations are counted by key, in their order") {
  Rotated fleet(64);
  for (int i = 0; i < 3; ++i) fleet.put(fleet.host(2, 7), MadeFleet::kHealthy);
  fleet.put(fleet.host(2, 7), MadeFleet::kSilent);
  fleet.put(fleet.host(2, 0), MadeFleet::kHealthy);
  fleet.put(fleet.host(1, 65535), MadeFleet::kHealthy);
  const KeyCounts counts = fleet.count();
  REQUIRE(counts.generation_count == 3);
  const auto is = [&](std::size_t place, int key, int generation, std::uint32_t hosts,
                      std::uint32_t speaking) {
    const GenerationCount& one = counts.generations[place];
    return one.key_id == key && one.generation == generation && one.hosts == hosts &&
           one.speaking == speaking;
  };
  CHECK(is(0, 1, 65535, 1, 1));
  CHECK(is(1, 2, 0, 1, 1));
  CHECK(is(2, 2, 7, 4, 3));
  CHECK(counts.other_generations == 0);
}

TEST_CASE("of too many generations those are told apart that the most hosts have, none is lost") {
  Rotated fleet(4096);
  for (std::uint16_t generation = 0; generation < 2000; ++generation) {
    fleet.put(fleet.host(1, generation), MadeFleet::kHealthy);
  }
  for (int i = 0; i < 5; ++i) fleet.put(fleet.host(1, 3), MadeFleet::kHealthy);
  const KeyCounts counts = fleet.count();
  REQUIRE(counts.generation_count == kCountedGenerations);
  std::uint32_t told = counts.other_generations;
  for (const GenerationCount& one : counts.generations) {
    told += one.hosts;
    CHECK(one.hosts == (one.generation == 3 ? 6 : 1));
  }
  CHECK(told == 2005);
  CHECK(counts.generations[3].generation == 3);
  CHECK(counts.keys[1].hosts == 2005);
}

TEST_CASE(
    "refused are silent hosts that were named under a key that is not live, for ten minutes") {
  Rotated fleet(64);
  const Instant at = fleet.made.view.head.at;
  const auto named = [&](Instant when, Instant heard) {
    HostRecord record = fleet.host(2);
    record.refused_at = when;
    record.refused_key_id = 1;
    record.heard_at = heard;
    return record;
  };
  fleet.made.view.head.live_keys = {{2, 2}, 1, {}};
  fleet.put(named(at - 1s, at - 60s), MadeFleet::kSilent);
  fleet.put(named(at - 1s, at - 60s), MadeFleet::kHealthy);  // It speaks.
  fleet.put(named(at - 2s, at - 1s), MadeFleet::kSilent);    // It spoke since.
  fleet.put(named(at - 10min + 1ns, at - 1h), MadeFleet::kSilent);
  fleet.put(named(at - 10min, at - 1h), MadeFleet::kSilent);  // That was long ago.
  HostRecord expected = fleet.made.host();
  expected.heard = false;
  expected.refused_at = at - 1s;
  expected.refused_key_id = 1;
  fleet.put(expected, plane_bit(Plane::kRegistered));
  KeyCounts counts = fleet.count();
  CHECK(counts.keys[1] == KeyCount{0, 0, 3});
  CHECK(counts.keys[2] == KeyCount{5, 1, 0});
  CHECK(counts.unheard == 1);
  // When it is live again, they are only silent until they speak.
  fleet.made.view.head.live_keys = {{2, 1}, 2, {}};
  CHECK(fleet.count().keys[1] == KeyCount{});
}

}  // namespace
}  // namespace flatline
