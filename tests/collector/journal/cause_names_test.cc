// Which check's name had which place among the causes: what the registry keeps of it.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "collector/journal/cause_table.h"
#include "collector/journal/registry.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/temporary_folder.h"

using namespace flatline;
using namespace flatline::test;

namespace {

CauseName name_of(const std::string& name, std::uint64_t tick) {
  return {CheckName{name}, 7, tick, kFirstWall};
}

std::vector<std::string> stored_in(const std::filesystem::path& folder) {
  Database database(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
  std::vector<std::string> names;
  for (const PlacedCause& placed : read_cause_names(database)) {
    names.push_back(fmt::format("{} {} {}/{}", placed.place, placed.name.name.view(),
                                placed.name.start, placed.name.tick));
  }
  return names;
}

}  // namespace

TEST_CASE("names that get places are stored once, and a start finds them in their order") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    auto& names = storage.host_table.cause_names();
    names.write(1, name_of("disk", 1));
    names.write(2, name_of("load", 1));
    storage.tick();
    names.write(1, name_of("memory", 9));
    storage.tick();
    names.mark_changed(2);
    storage.tick();
    CHECK(storage.well());
    CHECK_FALSE(names.is_marked(1));
  }
  CHECK(stored_in(folder.path()) ==
        std::vector<std::string>{"1 disk 7/1", "2 load 7/1", "1 memory 7/9"});
  Storage again(folder.path());
  const auto& causes = again.registry.start().causes;
  REQUIRE(causes.size() == 3);
  CHECK(causes.back().name == name_of("memory", 9));
}

TEST_CASE("a name that cannot be stored stays marked, and a new file gets all of them") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  auto& names = storage.host_table.cause_names();
  names.write(1, name_of("disk", 1));
  storage.tick();
  {
    Database other(folder / kRegistryFile, 1000);
    other.run("DROP TABLE cause_name");
  }
  names.write(2, name_of("load", 2));
  storage.tick();
  CHECK_FALSE(storage.well());
  CHECK(names.is_marked(2));
  std::filesystem::remove(folder / kRegistryFile);
  std::filesystem::remove(folder / (std::string(kRegistryFile) + "-wal"));
  for (int i = 0; i < 12; ++i) storage.tick();
  CHECK(storage.well());
  CHECK(stored_in(folder.path()) == std::vector<std::string>{"1 disk 7/1", "2 load 7/2"});
}

TEST_CASE("of names whose places have others since, the oldest are forgotten") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  const PlacedCause stays{3, name_of("stays", 1)};
  registry.store(std::span(&stays, 1));
  std::vector<PlacedCause> many;
  for (std::uint64_t i = 0; i < kCauseNamesKept + 10; ++i) {
    many.push_back({4, name_of("check-" + std::to_string(i), i)});
  }
  registry.store(many);
  const auto kept = registry.read_causes();
  REQUIRE(kept.size() == kCauseNamesKept);
  CHECK(kept[0].name == stays.name);
  CHECK(kept[1].name.name.view() == "check-11");
  CHECK(kept.back().name.name.view() == fmt::format("check-{}", kCauseNamesKept + 9));
}

TEST_CASE("a row that none of ours can be is left out") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  const PlacedCause sound{3, name_of("disk", 1)};
  registry.store(std::span(&sound, 1));
  {
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "INSERT INTO cause_name (place, name, start, tick, from_unix_ms) VALUES"
        " (0, 'a', 1, 1, 1), (255, 'b', 1, 1, 1), (4, '', 1, 1, 1), (5, char(27), 1, 1, 1),"
        " (6, 'c', -1, 1, 1)");
  }
  CHECK(registry.read_causes().size() == 1);
}

TEST_CASE("a registry of before gets the table of causes' names") {
  TemporaryFolder folder;
  {
    const Registry first(folder / kRegistryFile, kCapacity, kFirstWall);
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "ALTER TABLE action DROP COLUMN asked_from_unix_ms;"
        "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
        "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
        "DROP TABLE cause_name; PRAGMA user_version = 6");
  }
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  CHECK(registry.read_causes().empty());
}
