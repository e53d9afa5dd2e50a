// Labels come back after a restart, and the registry remembers which value had which place among
// the groups.

#include "collector/journal/group_tenancies.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "collector/journal/registry.h"
#include "collector/journal/tenancy_reader.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

constexpr WallTime kNow = kFirstWall;
constexpr std::uint64_t kStart = std::uint64_t{9} << 32;

/// A registry in a folder, and the table of groups as the test sets it.
struct Places {
  Places() { open(); }
  void open() {
    registry.reset();
    registry = std::make_unique<Registry>(folder / kRegistryFile, kCapacity, kNow);
  }
  void set(std::size_t place, const std::string& value, std::size_t key = 0) {
    table->keys[key].key = LabelText{key == 0 ? "role" : "zone"};
    table->keys[key].places[place].value = LabelText{value};
    ++table->assignment;
  }
  void store(Duration after) {
    registry->store(*table, confirmed, kNow + std::chrono::duration_cast<Milliseconds>(after));
    confirmed = table->assignment;
  }
  [[nodiscard]] std::vector<GroupTenancy> rows() const {
    return TenancyReader(folder.path()).group_tenancies();
  }
  /// The value that had the place as of an assignment; empty if nobody can say.
  [[nodiscard]] std::string at(std::uint64_t assignment, std::uint32_t place,
                               std::uint32_t key = 0) const {
    std::string found;
    for (const GroupTenancy& row : rows()) {
      if (row.key_index != key || row.place != place || !row.has(assignment)) continue;
      CHECK(found.empty());
      found = std::string(row.key.view()) + "=" + std::string(row.value.view());
    }
    return found;
  }

  TemporaryFolder folder;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<GroupTable> table =
      std::make_unique<GroupTable>(GroupTable{.assignment = kStart});
  std::uint64_t confirmed = kStart - 1;
};

}  // namespace

TEST_CASE("each table's places are told by the values that had them then, whoever has them now") {
  Places places;
  places.set(0, "web");
  places.set(1, "db");
  places.set(0, "eu-1a", 1);
  places.store(0s);
  const std::uint64_t first = places.table->assignment;
  places.set(1, "cache");
  places.set(0, "", 1);
  places.store(10s);
  const std::uint64_t second = places.table->assignment;
  places.store(20s);  // Nothing changed.
  CHECK(places.at(first, 0) == "role=web");
  CHECK(places.at(first, 1) == "role=db");
  CHECK(places.at(first, 0, 1) == "zone=eu-1a");
  CHECK(places.at(second, 0) == "role=web");
  CHECK(places.at(second, 1) == "role=cache");
  CHECK(places.at(second, 0, 1).empty());
  CHECK(places.at(first, 2).empty());
  const auto rows = places.rows();
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].value.view() == "db");
  CHECK(rows[1].from == kNow);
  CHECK(rows[1].to == kNow + 10s);
  CHECK(rows[3].from == kNow + 10s);
  CHECK(rows[3].to == WallTime::max());
}

TEST_CASE("of tables between two that were stored, nobody says what changed in them") {
  Places places;
  places.set(0, "web");
  places.set(1, "db");
  places.store(0s);
  const std::uint64_t first = places.table->assignment;
  places.set(1, "cache");
  const std::uint64_t between = places.table->assignment;
  places.set(1, "queue");
  places.store(10s);
  CHECK(places.at(first, 1) == "role=db");
  CHECK(places.at(between, 1).empty());
  CHECK(places.at(between, 0) == "role=web");
  CHECK(places.at(places.table->assignment, 1) == "role=queue");
}

TEST_CASE("the next start goes on where a value kept its place, and ends what it did not") {
  Places places;
  places.set(0, "web");
  places.set(1, "db");
  places.store(0s);
  const std::uint64_t before = places.table->assignment;
  places.open();
  // It groups by another first key, so that even the same value is another group.
  *places.table = GroupTable{.assignment = kStart + (std::uint64_t{1} << 32)};
  places.confirmed = places.table->assignment - 1;
  places.set(0, "web");
  places.set(1, "web");
  places.table->keys[0].key = LabelText{"tier"};
  places.store(10s);
  CHECK(places.at(before, 0) == "role=web");
  CHECK(places.at(before, 1) == "role=db");
  CHECK(places.at(places.table->assignment, 0) == "tier=web");
  CHECK(places.rows().size() == 4);
  places.open();
  places.store(20s);
  CHECK(places.rows().size() == 4);
}

TEST_CASE("so many of them are remembered, the newest, and all that are in force") {
  Places places;
  places.set(7, "stays");
  places.store(0s);
  int round = 0;
  for (; round < 100; ++round) {
    for (std::size_t place = 10; place < kGroupValues; ++place) {
      places.set(place, "r" + std::to_string(round) + "-" + std::to_string(place));
    }
    places.store(round * 1s);
    CHECK(places.rows().size() <= kGroupTenancies);
  }
  const auto rows = places.rows();
  CHECK(rows.size() == kGroupTenancies);
  CHECK(rows.front().value.view() == "stays");
  CHECK(rows[1].value.view().starts_with("r24-"));
  CHECK(rows.back().value.view() == "r99-63");
  places.open();  // What is counted at a start is what is there.
  places.set(7, "");
  places.store(200s);
  places.set(7, "again");
  places.store(201s);
  CHECK(places.rows().size() == kGroupTenancies);
}

TEST_CASE("what cannot be stored is stored with a later step, and is unknown until then") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  GroupTable& groups = storage.ticker.view.groups;
  const auto set = [&](const char* value) {
    groups.keys[0].key = LabelText{"role"};
    groups.keys[0].places[0].value = LabelText{value};
    groups.assignment =
        std::max(groups.assignment + 1, storage.registry.start().start_number << 32);
    storage.registry.store_groups(storage.ticker.view.head, groups);
    return groups.assignment;
  };
  const auto at = [&](std::uint64_t assignment) {
    for (const GroupTenancy& row : TenancyReader(folder.path()).group_tenancies()) {
      if (row.has(assignment)) return std::string(row.value.view());
    }
    return std::string();
  };
  storage.enter(1);
  storage.tick();
  const std::uint64_t first = set("web");
  const auto moved_away = folder / "away.db";
  std::filesystem::rename(folder / kRegistryFile, moved_away);
  storage.store_changes();  // It notices that the file is gone, and opens a new one.
  const std::uint64_t second = set("db");
  storage.ticker.pass(kRegistryRetryPeriod);
  storage.store_changes();
  const std::uint64_t third = set("cache");
  CHECK(storage.registry.trouble().empty());
  CHECK(at(third) == "cache");
  CHECK((at(second) == "db" || at(second).empty()));
  CHECK(at(first) != "cache");
}

TEST_CASE("labels come back from the registry, and nonsense in their place leaves the host") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    HostRecord record = host_at(7);
    record.labels = Labels{"role=web,zone=eu-1a"};
    storage.host_table.write(7, record);
    storage.host_table.mark_changed(7);
    storage.enter(8);
    storage.tick();
    REQUIRE(storage.well());
  }
  const auto restored = [&] { return start_registry(folder.path(), {kCapacity}).restored; };
  REQUIRE(restored().size() == 2);
  CHECK(restored()[0].labels.view() == "role=web,zone=eu-1a");
  CHECK(restored()[1].labels.empty());
  Database(folder / kRegistryFile, 1000)
      .run("UPDATE tenancy SET labels = 'role web' WHERE slot = 7");
  REQUIRE(restored().size() == 2);
  CHECK(restored()[0].labels.empty());
  CHECK(restored()[0].name.view() == "host-7");
}

TEST_CASE("a registry of schema 5 comes forward: nobody has labels, and no place is remembered") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.enter(7);
    storage.tick();
    Database(folder / kRegistryFile, 1000)
        .run(
            "ALTER TABLE tenancy DROP COLUMN labels; DROP TABLE group_tenancy;"
            "ALTER TABLE action DROP COLUMN asked_from_unix_ms;"
            "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
            "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
            "PRAGMA user_version = 5");
  }
  const auto start = start_registry(folder.path(), {kCapacity});
  REQUIRE(start.restored.size() == 1);
  CHECK(start.restored[0].labels.empty());
  CHECK(TenancyReader(folder.path()).group_tenancies().empty());
}
