// The inventory on the disk: a host that was expected is so after a restart, for what was left of
// its grace; a host that was heard meanwhile is not.

#include <doctest/doctest.h>

#include "collector/fleet/action_executor.h"
#include "collector/journal/check_data.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/registry.h"
#include "collector/journal/registry_keeper.h"
#include "schema/program/clock.h"
#include "tests/harness/fleet_driver.h"
#include "tests/harness/temporary_folder.h"

using namespace flatline;
using namespace flatline::test;

namespace {

namespace fs = std::filesystem;

/// One run of a collector on a folder: its fleet, and what the journal's thread restores and
/// stores.
struct Life {
  explicit Life(const fs::path& folder)
      : lock(folder), registry(folder, {fleet.options.capacity}, fleet.host_table, watch) {
    for (const RestoredHost& tenancy : registry.start().restored) {
      REQUIRE(fleet.fleet.restore(tenancy, fleet.now));
    }
  }
  void expect(const Host& host, WallTime at) {
    fleet.live();
    const ActionEffect effect =
        fleet.fleet.expect(host.credential.agent_id, host.snapshot.name, at);
    REQUIRE(effect.result == ActionResult::kDone);
  }
  void store() {
    registry.store_changes(lock, fleet.now, false);
    REQUIRE(registry.trouble().empty());
  }

  FleetDriver fleet;
  FolderLock lock;
  DiskWatch watch;
  RegistryKeeper registry;
};

}  // namespace

TEST_CASE("who is expected is so in the next life, for what is left; who was missing still is") {
  TemporaryFolder folder;
  Host late("late");
  Host soon("soon");
  Host heard("heard");
  {
    Life life(folder.path());
    life.expect(late, wall_now() - kExpectedGrace);
    life.expect(soon, wall_now() - kExpectedGrace + 5min);
    life.expect(heard, wall_now() - kExpectedGrace);
    life.store();
    REQUIRE(life.fleet.hear(heard) == Outcome::kAccepted);
    life.store();  // It ends without any checkpoint, as if it was killed.
  }
  Life life(folder.path());
  life.fleet.tick();
  CHECK(life.fleet.state_of(late) == HostState::kMissing);
  CHECK(life.fleet.state_of(soon) == HostState::kExpected);
  CHECK(life.fleet.state_of(heard) == HostState::kUnknown);
  life.fleet.pass(4min);
  CHECK(life.fleet.state_of(soon) == HostState::kExpected);
  life.fleet.pass(1min);
  CHECK(life.fleet.state_of(soon) == HostState::kMissing);
  CHECK(life.fleet.state_of(heard) == HostState::kSilent);
}

TEST_CASE("who was taken back does not come again") {
  TemporaryFolder folder;
  Host host("web-1");
  {
    Life life(folder.path());
    life.expect(host, wall_now());
    life.store();
    REQUIRE(life.fleet.fleet.forget(host.credential.agent_id).result == ActionResult::kDone);
    life.store();
  }
  Life life(folder.path());
  life.fleet.tick();
  CHECK(life.fleet.view.head.counts.hosts == 0);
  CHECK(life.fleet.hear(host) == Outcome::kAccepted);
}

TEST_CASE("a registry of schema 3 comes forward: all of its hosts were heard") {
  TemporaryFolder folder;
  Host host("web-1");
  {
    Life life(folder.path());
    life.expect(host, wall_now());
    life.store();
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "ALTER TABLE tenancy DROP COLUMN labels; DROP TABLE group_tenancy;"
        "ALTER TABLE tenancy DROP COLUMN awaited; ALTER TABLE action DROP COLUMN names;"
        "ALTER TABLE action DROP COLUMN asked_until_unix_ms;"
        "ALTER TABLE action DROP COLUMN part; ALTER TABLE action DROP COLUMN names_hash;"
        "ALTER TABLE action DROP COLUMN asked_from_unix_ms;"
        "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
        "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
        "PRAGMA user_version = 3");
  }
  Life life(folder.path());
  REQUIRE(life.registry.start().restored.size() == 1);
  CHECK_FALSE(life.registry.start().restored[0].awaited);
}

TEST_CASE("--check-data says how many are expected") {
  TemporaryFolder folder;
  {
    Life life(folder.path());
    Host heard("web-1");
    life.expect(Host("web-2"), wall_now());
    REQUIRE(life.fleet.hear(heard) == Outcome::kAccepted);
    life.store();
  }
  const DataReport report = check_data(folder.path(), wall_now());
  CHECK_MESSAGE(report.text.find("  hosts             2\n") != std::string::npos, report.text);
  CHECK_MESSAGE(report.text.find("  expected          1, not heard yet\n") != std::string::npos,
                report.text);
}
