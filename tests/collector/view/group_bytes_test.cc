// The table of groups in a step of the history: what is read back is what was stored, or none.

#include "collector/view/group_bytes.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

GroupTable some_groups() {
  GroupTable table;
  table.assignment = (std::uint64_t{7} << 32) + 5;
  std::uint32_t next = 1;
  for (KeyGroups& key : table.keys) {
    key.key = LabelText{"role"};
    for (Group& group : key.places) {
      group.counts = {next, next + 1, next + 2, next + 3, next + 4, next + 5, next + 6};
      group.flags = next % 4;
      next += 7;
    }
  }
  return table;
}

TEST_CASE("counts and flags of every group come back, with their assignment") {
  const GroupTable table = some_groups();
  GroupBytes bytes;
  bytes.fill(0xFF);
  to_group_bytes(table, bytes);
  const StoredGroups groups = from_group_bytes(bytes);
  CHECK(groups.assignment == table.assignment);
  for (std::size_t key = 0; key < kGroupKeys; ++key) {
    for (std::size_t place = 0; place < kGroupPlaces; ++place) {
      const Group& group = table.keys[key].places[place];
      REQUIRE(groups.counts[StoredGroups::index(key, place)] == group.counts);
      REQUIRE(groups.flags[StoredGroups::index(key, place)] == group.flags);
    }
  }
  CHECK(bytes.back() == 0);  // What nothing fills is the same in every step.
}

TEST_CASE("halves of two assignments, and pages that were never written, are no groups") {
  GroupBytes bytes{};
  CHECK(from_group_bytes(bytes) == StoredGroups{});
  GroupTable table = some_groups();
  to_group_bytes(table, bytes);
  GroupBytes later;
  ++table.assignment;
  to_group_bytes(table, later);
  std::copy(later.begin() + kChunkDataBytes, later.end(), bytes.begin() + kChunkDataBytes);
  CHECK(from_group_bytes(bytes) == StoredGroups{});
}

}  // namespace
}  // namespace flatline
