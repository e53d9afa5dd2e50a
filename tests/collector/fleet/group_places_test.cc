#include "collector/fleet/group_places.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace flatline {
namespace {

constexpr std::uint32_t kCapacity = 256;

LabelText text(const std::string& value) {
  return LabelText{value};
}

QuorumRule quorum(const std::string& value, const std::string& key = "role") {
  return {text(key), text(value), {80, 3}};
}

/// Places, and the table that they show.
struct Places : GroupPlaces {
  explicit Places(std::vector<LabelText> keys = {text("role"), text("zone")})
      : GroupPlaces(kCapacity, keys, 7) {}

  void put(std::uint32_t slot, const std::string& labels) { enter(slot, Labels{labels}); }
  const GroupTable& table() {
    show(*table_);
    return *table_;
  }
  /// The value of the slot's group: empty if it is in none, `*` under `other`.
  std::string group(std::uint32_t slot, std::size_t key = 0) {
    const std::uint8_t place = bytes(key)[slot];
    if (place == kNoGroup) return "";
    if (place == kOtherPlace) return "*";
    return std::string(table().keys[key].places[place].value.view());
  }
  std::size_t values(std::size_t key = 0) {
    std::size_t count = 0;
    for (const Group& group : table().keys[key].places) count += group.value.empty() ? 0 : 1;
    return count;
  }
  std::unique_ptr<GroupTable> table_ = std::make_unique<GroupTable>();
};

/// Fills every place of `role` with a host each, in the slots from 0 on.
void fill(Places& places) {
  for (std::uint32_t i = 0; i < kGroupValues; ++i) places.put(i, "role=r" + std::to_string(i));
}

TEST_CASE("a host is in the group of each of its labels that hosts are grouped by") {
  struct Row {
    const char* labels;
    const char* role;
    const char* zone;
  };
  for (const Row& row : std::vector<Row>{{"", "", ""},
                                         {"role=web", "web", ""},
                                         {"role=web,zone=eu-1a", "web", "eu-1a"},
                                         {"zone=eu-1a,rack=r7,role=web", "web", "eu-1a"},
                                         {"rack=r7", "", ""},
                                         {"role=web,role=db", "web", ""},  // The first counts.
                                         {"xrole=web,roles=db,rol=e", "", ""},
                                         {"zone=other,role=other", "other", "other"}}) {
    CAPTURE(std::string(row.labels));
    Places places;
    places.put(5, row.labels);
    CHECK(places.group(5, 0) == row.role);
    CHECK(places.group(5, 1) == row.zone);
    CHECK_FALSE(places.is_under_other(5));
  }
  Places none{std::vector<LabelText>{}};
  none.put(5, "role=web");
  CHECK(none.key_count() == 0);
  CHECK(none.table().keys[0].key.empty());
}

TEST_CASE("a place is its value's until the last host leaves, and every change is numbered") {
  Places places;
  CHECK(places.table().assignment == std::uint64_t{7} << 32);
  places.put(1, "role=web");
  const std::uint64_t first = places.table().assignment;
  CHECK(first == (std::uint64_t{7} << 32) + 1);
  places.put(2, "role=web");
  places.put(2, "role=web");
  places.leave(1);
  CHECK(places.table().assignment == first);
  CHECK(places.values() == 1);
  places.put(2, "role=db");
  CHECK(places.table().assignment > first);
  CHECK(places.values() == 1);
  CHECK(places.group(2) == "db");
  const std::uint64_t second = places.table().assignment;
  places.leave(2);
  places.leave(2);
  CHECK(places.table().assignment == second + 1);
  CHECK(places.values() == 0);
}

TEST_CASE("the 65th value is under `other`, and leaves it when there is room") {
  Places places;
  fill(places);
  CHECK(places.values() == kGroupValues);
  places.put(100, "role=one-more,zone=z");
  places.put(101, "role=another");
  CHECK(places.group(100) == "*");
  CHECK(places.group(100, 1) == "z");
  CHECK(places.is_under_other(100));
  const std::uint64_t before = places.table().assignment;
  places.put(100, "role=one-more,zone=z");
  CHECK(places.group(100) == "*");
  CHECK(places.table().assignment == before);
  // A known value has its place while others have none.
  places.put(102, "role=r63");
  CHECK(places.group(102) == "r63");

  places.leave(17);
  places.put(100, "role=one-more,zone=z");
  CHECK(places.group(100) == "one-more");
  CHECK_FALSE(places.is_under_other(100));
  places.put(101, "role=another");
  CHECK(places.group(101) == "*");
  places.leave(101);
  CHECK(places.group(101).empty());
}

TEST_CASE("a host that cycles its labels holds one place, and gives back what it had") {
  Places places;
  for (int i = 0; i < 1000; ++i) {
    places.put(9, "role=r" + std::to_string(i) + ",zone=z" + std::to_string(i));
    CHECK(places.values(0) == 1);
    CHECK(places.values(1) == 1);
  }
  CHECK(places.group(9) == "r999");
}

TEST_CASE("nobody takes the place of a value that a quorum names") {
  Places places;
  places.set_quorums(std::vector{quorum("web"), quorum("eu-1a", "zone")});
  CHECK(places.values() == 1);
  CHECK(places.table().keys[0].places[0].quorum == GroupQuorum{80, 3});
  fill(places);  // The last of them finds no place.
  CHECK(places.group(62) == "r62");
  CHECK(places.group(63) == "*");
  places.put(100, "role=web");
  CHECK(places.group(100) == "web");
  places.leave(100);
  CHECK(places.table().keys[0].places[0].value == text("web"));
  // Without its quorum the value has no host, and loses its place.
  places.set_quorums({});
  CHECK(places.values() == kGroupValues - 1);
  CHECK(places.values(1) == 0);
  places.put(63, "role=r63");
  CHECK(places.group(63) == "r63");
  CHECK(places.table().keys[0].places[0].quorum == GroupQuorum{});
}

TEST_CASE("a new quorum takes the place of the value with the fewest hosts, if none is free") {
  Places places;
  fill(places);
  for (std::uint32_t i = 0; i < kGroupValues; ++i) {
    if (i != 40) places.put(100 + i, "role=r" + std::to_string(i));
  }
  places.put(200, "role=web");
  CHECK(places.group(200) == "*");
  places.set_quorums(std::vector{quorum("r40"), quorum("web")});
  // The smallest group has a quorum itself, so it stays, and the first of the others goes.
  CHECK(places.group(40) == "r40");
  CHECK(places.group(0) == "*");
  CHECK(places.group(100) == "*");
  CHECK(places.values() == kGroupValues);
  places.put(200, "role=web");
  CHECK(places.group(200) == "web");
  // A reload that names the same again moves nobody.
  const std::uint64_t before = places.table().assignment;
  places.set_quorums(std::vector{quorum("web"), quorum("r40")});
  CHECK(places.table().assignment == before);
  CHECK(places.group(200) == "web");
  for (std::uint32_t slot = 0; slot < kCapacity; ++slot) places.leave(slot);
  CHECK(places.values() == 2);
}

TEST_CASE("all values of a key can have quorums") {
  Places places;
  std::vector<QuorumRule> rules;
  fill(places);
  for (std::size_t i = 0; i < kQuorums; ++i) rules.push_back(quorum("q" + std::to_string(i)));
  places.set_quorums(rules);
  CHECK(places.values() == kGroupValues);
  for (std::uint32_t i = 0; i < kGroupValues; ++i) CHECK(places.group(i) == "*");
}

}  // namespace
}  // namespace flatline
