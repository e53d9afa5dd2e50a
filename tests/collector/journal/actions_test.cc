// Actions on the disk: they survive a restart of the collector and trouble with the disk, and are
// read from an older file.

#include <doctest/doctest.h>

#include <filesystem>
#include <future>

#include "collector/journal/action_tables.h"
#include "collector/journal/check_data.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/journal.h"
#include "collector/journal/registry.h"
#include "collector/journal/registry_keeper.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kCapacity = 256;

ActionRecord action_of(std::uint64_t number, ActionKind kind = ActionKind::kDrain) {
  ActionRecord action;
  action.number = action.turn = number;
  action.at = kFirstWall + number * 1s;
  action.until = action.at + 1h;
  action.place = static_cast<std::uint32_t>(number * 3);
  action.changed = number % 2 == 0 ? 1 : 0;
  action.request = {kind, static_cast<std::uint16_t>(number), AgentId{7000 + number},
                    HostName{"host-" + std::to_string(number)}, 1h};
  action.request.key = IdempotencyKey{"key-" + std::to_string(number)};
  action.request.why = Why{"für alle"};
  action.request.by = By{"ada"};
  action.request.token_name = TokenName{"ada@laptop"};
  action.names = static_cast<std::uint32_t>(number * 5);
  action.request.until = action.until + 1s;
  action.request.from = action.until - 30min;
  action.request.part = static_cast<std::uint32_t>(number);
  action.request.names_hash = ~number;
  return action;
}

Ban ban_of(std::uint64_t agent, std::uint16_t below, bool tombstoned) {
  Ban ban{AgentId{agent}, HostName{"host-" + std::to_string(agent)}, below};
  ban.tombstoned = tombstoned ? 1 : 0;
  ban.tombstone_generation = tombstoned ? 9 : 0;
  return ban;
}

HostRecord host_at(std::uint32_t slot, WallTime drained_until = {}) {
  HostRecord record;
  record.agent_id = AgentId{1000U + slot};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.registered_at = kFirstWall;
  record.interval_ms = 1000;
  record.registered = true;
  record.drained_until = drained_until;
  return record;
}

bool same(const ActionRecord& a, const ActionRecord& b) {
  return a.number == b.number && a.at == b.at && a.until == b.until && a.place == b.place &&
         a.changed == b.changed && a.names == b.names && a.request == b.request;
}

JournalOptions options_for(const fs::path& folder) {
  JournalOptions options;
  options.folder = folder;
  options.capacity = kCapacity;
  options.history_step = 1s;
  options.history_keep = 10s;
  return options;
}

/// The registry keeper, with the steps of the journal's thread.
struct Storage {
  explicit Storage(const fs::path& path)
      : lock(path), registry(path, {kCapacity}, host_table, watch) {}
  /// Drains the host in `slot`, as the loop's thread does.
  void drain(std::uint32_t slot, std::uint64_t number, WallTime from = {}) {
    HostRecord record = host_at(slot, kFirstWall + 1h);
    record.drained_from = from;
    host_table.write(slot, record);
    host_table.mark_changed(slot);
    ActionRecord action = action_of(number);
    action.place = slot;
    action.request.from = from;
    host_table.actions().recent.write((number - 1) % kActions, action);
  }
  FolderLock lock;
  HostTable host_table{kCapacity, 0};
  DiskWatch watch;
  RegistryKeeper registry;
};

/// Reads what the folder's registry holds.
struct Held {
  explicit Held(const fs::path& folder)
      : registry(folder / kRegistryFile, kCapacity, kFirstWall),
        tenancies(registry.read_host_rows().tenancies),
        actions(registry.read_actions()) {}
  Registry registry;
  std::vector<RestoredHost> tenancies;
  ActionRows actions;
};

}  // namespace

TEST_CASE("rows read back as they were stored; a freed place is empty, a place is overwritten") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  ActionRows rows;
  rows.bans = {{0, ban_of(1, 3, false)}, {5, ban_of(2, 0, true)}, {6, ban_of(3, 65535, true)}};
  rows.recent = {action_of(1), action_of(2, ActionKind::kUnfreeze), action_of(kActions + 3)};
  rows.freeze = Freeze{kFirstWall + 2h, Why{"failover"}, By{"ada"}};
  registry.store(rows);
  ActionRows held = registry.read_actions();
  REQUIRE(held.bans.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(held.bans[i].place == rows.bans[i].place);
    CHECK(held.bans[i].ban == rows.bans[i].ban);
  }
  REQUIRE(held.recent.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(same(held.recent[i], rows.recent[i]));
  REQUIRE(held.freeze);
  CHECK(held.freeze->until == kFirstWall + 2h);
  CHECK(held.freeze->why.view() == "failover");
  CHECK(held.freeze->by.view() == "ada");

  ActionRows next;
  next.bans = {{5, Ban{}}};
  next.recent = {action_of(kActions + 1)};  // It takes the place of the first action.
  registry.store(next);
  held = registry.read_actions();
  CHECK(held.bans.size() == 2);
  REQUIRE(held.recent.size() == 3);
  CHECK(held.recent[1].number == kActions + 1);
}

TEST_CASE("rows that this program could not have written are left out") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  ActionRows rows;
  rows.bans = {{0, ban_of(1, 3, false)}};
  rows.recent = {action_of(1), action_of(2), action_of(3)};
  registry.store(rows);
  Database database(folder / kRegistryFile, 1000);
  const std::string no_kind = std::to_string(kActionKinds);
  database.run(("UPDATE action SET kind = " + no_kind + " WHERE number = 1").c_str());
  database.run("UPDATE action SET below = 65536 WHERE number = 2");
  database.run(
      "INSERT INTO standing_order VALUES (16384, 5, 'x', 1, -1), (3, 6, 'x', -1, -1),"
      " (4, 7, 'x', 0, 65536)");
  const ActionRows held = registry.read_actions();
  CHECK(held.bans.size() == 1);
  REQUIRE(held.recent.size() == 1);
  CHECK(held.recent[0].number == 3);
}

TEST_CASE("what operators did comes back after a stop that nobody prepared") {
  TemporaryFolder folder;
  Ticker ticker(kCapacity);
  {
    Storage storage(folder.path());
    storage.drain(4, 1);
    storage.host_table.actions().bans.write(2, ban_of(77, 1, true));
    storage.host_table.actions().freeze.write(0, Freeze{kFirstWall + 1h, Why{"w"}, By{"b"}});
    CHECK(storage.registry.stored_action() == 0);
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
    CHECK(storage.registry.stored_action() == 1);
  }  // It ends without a checkpoint, as if it was killed.
  HostTable host_table(kCapacity, 0);
  const Journal journal(options_for(folder.path()), host_table, ticker.board);
  REQUIRE(journal.restored().size() == 1);
  CHECK(journal.restored()[0].drained_until == kFirstWall + 1h);
  REQUIRE(journal.actions().bans.size() == 1);
  CHECK(journal.actions().bans[0].place == 2);
  CHECK(journal.actions().bans[0].ban == ban_of(77, 1, true));
  REQUIRE(journal.actions().recent.size() == 1);
  REQUIRE(journal.actions().freeze);
  CHECK(journal.actions().freeze->until == kFirstWall + 1h);
}

TEST_CASE("a planned drain comes back after a stop, with its beginning") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(4, 1, kFirstWall + 30min);
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
  }
  const Held held(folder.path());
  REQUIRE(held.tenancies.size() == 1);
  CHECK(held.tenancies[0].drained_from == kFirstWall + 30min);
  CHECK(held.tenancies[0].drained_until == kFirstWall + 1h);
  REQUIRE(held.actions.recent.size() == 1);
  CHECK(held.actions.recent[0].request.from == kFirstWall + 30min);
}

TEST_CASE("who was reset since the checkpoint starts over; who was reset before it does not") {
  for (const bool since : {false, true}) {
    CAPTURE(since);
    TemporaryFolder folder;
    Ticker ticker(kCapacity);
    {
      HostTable host_table(kCapacity, 0);
      Journal journal(options_for(folder.path()), host_table, ticker.board);
      HostRecord record = host_at(3);
      record.epoch = 500;
      record.sequence = 7;
      record.reset_at = ticker.wall() + (since ? 1ms : 0ms);
      host_table.write(3, record);
      host_table.mark_changed(3);
      ticker.set([](std::uint32_t slot) { return slot == 3 ? healthy_planes() : std::uint8_t{0}; });
      journal.start();
    }
    HostTable host_table(kCapacity, 0);
    const Journal journal(options_for(folder.path()), host_table, ticker.board);
    REQUIRE(journal.restored().size() == 1);
    const LastHeard& last = journal.restored()[0].last;
    CHECK(last.epoch == (since ? 0 : 500));
    CHECK(last.sequence == (since ? 0 : 7));
    CHECK(last.planes == healthy_planes());
  }
}

TEST_CASE("on a disk that fails nothing is lost: it is stored when the disk is well again") {
  TemporaryFolder folder;
  FaultyDisk disk;
  Storage storage(folder.path());
  storage.drain(1, 1);
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  REQUIRE(storage.registry.stored_action() == 1);
  disk.set(FaultyDisk::Fault::kFull);
  storage.drain(2, 2);
  storage.host_table.actions().bans.write(0, ban_of(5, 1, false));
  storage.host_table.actions().freeze.write(0, Freeze{kFirstWall, {}, {}});
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK_FALSE(storage.registry.trouble().empty());
  CHECK(storage.registry.stored_action() == 1);
  disk.set(FaultyDisk::Fault::kNone);
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK(storage.registry.stored_action() == 2);
  const Held held(folder.path());
  CHECK(held.tenancies.size() == 2);
  CHECK(held.actions.recent.size() == 2);
  CHECK(held.actions.bans.size() == 1);
  CHECK(held.actions.freeze);
}

TEST_CASE("a registry that is made anew gets all that operators did") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  for (std::uint32_t slot = 0; slot < 40; ++slot) storage.drain(slot, slot + 1);
  storage.host_table.actions().bans.write(kBans - 1, ban_of(5, 1, false));
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  for (const char* part : {"", "-wal", "-shm"}) {
    fs::remove(folder / (kRegistryFile + std::string(part)));
  }
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK(storage.registry.stored_action() == 40);
  const Held held(folder.path());
  CHECK(held.actions.recent.size() == 40);
  CHECK(held.actions.bans.size() == 1);
  CHECK(std::ranges::count(held.tenancies, kFirstWall + 1h, &RestoredHost::drained_until) == 40);
}

TEST_CASE("who waits for an action is told when it is on the disk, and when it cannot be") {
  TemporaryFolder folder;
  FaultyDisk disk;
  Ticker ticker(kCapacity);
  HostTable host_table(kCapacity, 0);
  Journal journal(options_for(folder.path()), host_table, ticker.board);
  journal.start();
  const auto act = [&](std::uint64_t number) {
    host_table.actions().recent.write((number - 1) % kActions, action_of(number));
  };
  act(1);
  CHECK(journal.wait_for_action(1, 1min));
  CHECK(journal.wait_for_action(1, 1min));  // The second wait returns at once.
  disk.set(FaultyDisk::Fault::kFull, "flatline.db");
  act(2);
  CHECK_FALSE(journal.wait_for_action(2, 1min));
  disk.set(FaultyDisk::Fault::kNone);
  CHECK(journal.wait_for_action(2, 1min));
  // A wait for a disk that hangs ends after the patience that was given.
  disk.hold();
  act(3);
  CHECK_FALSE(journal.wait_for_action(3, 10ms));
  disk.release();
  CHECK(journal.wait_for_action(3, 1min));
}

TEST_CASE("a registry of schema 2 comes forward: nobody is drained, nothing is kept out") {
  TemporaryFolder folder;
  const auto file = folder / kRegistryFile;
  {
    const Registry first(file, kCapacity, kFirstWall);
    Database database(file, 1000);
    database.run(
        "DROP TABLE standing_order; DROP TABLE action; DROP TABLE freeze;"
        "ALTER TABLE tenancy DROP COLUMN drained_until_unix_ms;"
        "ALTER TABLE tenancy DROP COLUMN reset_unix_ms;"
        "ALTER TABLE tenancy DROP COLUMN awaited;"
        "ALTER TABLE tenancy DROP COLUMN labels; DROP TABLE group_tenancy;"
        "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
        "INSERT INTO tenancy VALUES (7, 70, 'host-70', 1700000000000, 2000);"
        "PRAGMA user_version = 2");
  }
  const Held held(folder.path());
  REQUIRE(held.tenancies.size() == 1);
  CHECK(held.tenancies[0].name.view() == "host-70");
  CHECK(held.tenancies[0].drained_until == WallTime{});
  CHECK(held.tenancies[0].reset_at == WallTime{});
  CHECK(held.actions.empty());
}

TEST_CASE("a registry of schema 4 comes forward: each of its actions was for one name") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(1, 2);
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "ALTER TABLE tenancy DROP COLUMN labels; DROP TABLE group_tenancy;"
        "ALTER TABLE action DROP COLUMN names;"
        "ALTER TABLE action DROP COLUMN asked_until_unix_ms;"
        "ALTER TABLE action DROP COLUMN part; ALTER TABLE action DROP COLUMN names_hash;"
        "ALTER TABLE action DROP COLUMN asked_from_unix_ms;"
        "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
        "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
        "PRAGMA user_version = 4");
  }
  const Held held(folder.path());
  REQUIRE(held.actions.recent.size() == 1);
  const ActionRecord& action = held.actions.recent[0];
  CHECK(action.number == 2);
  CHECK(action.names == 1);
  CHECK(action.changed == 1);
  CHECK(action.request.part == 1);
  CHECK(action.request.names_hash == 0);
  CHECK(action.request.until == WallTime{});
}

TEST_CASE("a registry of schema 7 comes forward: each drain began with its order") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(1, 2);
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "ALTER TABLE action DROP COLUMN asked_from_unix_ms;"
        "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
        "ALTER TABLE tenancy DROP COLUMN drained_from_unix_ms;"
        "PRAGMA user_version = 7");
  }
  const Held held(folder.path());
  REQUIRE(held.tenancies.size() == 1);
  CHECK(held.tenancies[0].drained_until == kFirstWall + 1h);
  CHECK(held.tenancies[0].drained_from == WallTime{});
  REQUIRE(held.actions.recent.size() == 1);
  CHECK(held.actions.recent[0].request.from == WallTime{});
}

TEST_CASE("a registry of schema 8 comes forward: what was done was done with the admin token") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(1, 2);
    storage.host_table.actions().freeze.write(0, {kFirstWall + 1h, Why{"failover"}, By{"ada"}});
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
    Database database(folder / kRegistryFile, 1000);
    database.run(
        "ALTER TABLE action DROP COLUMN token_name; ALTER TABLE freeze DROP COLUMN token_name;"
        "PRAGMA user_version = 8");
  }
  const Held held(folder.path());
  REQUIRE(held.actions.recent.size() == 1);
  CHECK(held.actions.recent[0].request.token_name.view() == "admin");
  CHECK(held.actions.recent[0].request.by.view() == "ada");
  REQUIRE(held.actions.freeze);
  CHECK(held.actions.freeze->token_name.view() == "admin");
}

TEST_CASE("--check-data says what operators did that is in force") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(1, 1);
    storage.drain(2, 2);
    storage.host_table.actions().bans.write(0, ban_of(5, 1, false));
    storage.host_table.actions().bans.write(1, ban_of(6, 2, true));
    storage.host_table.actions().freeze.write(0, Freeze{kFirstWall + 1h, {}, {}});
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
  }
  struct Row {
    Milliseconds later;
    std::vector<std::string> lines;
  };
  for (const Row& row :
       {Row{59min, {"  drained           2\n", "  freeze            until 2023-11-14T23:13:20Z\n"}},
        Row{1h, {"  drained           0\n", "  freeze            none\n"}}}) {
    const DataReport report = check_data(folder.path(), kFirstWall + row.later);
    CAPTURE(report.text);
    for (const std::string& line : row.lines) CHECK(report.text.find(line) != std::string::npos);
    CHECK(report.text.find("  kept out          1 forgotten, 2 with revoked credentials\n") !=
          std::string::npos);
    CHECK(report.text.find("  actions           2 of operators\n") != std::string::npos);
  }
}
