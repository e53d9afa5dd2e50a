// What operators did, on the disk: from one life of the collector to the next, through trouble with
// the disk, and from an older file.

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

Action action_of(std::uint64_t number, LeverKind kind = LeverKind::kDrain) {
  Action action;
  action.number = number;
  action.at = kFirstWall + number * 1s;
  action.until = action.at + 1h;
  action.place = static_cast<std::uint32_t>(number * 3);
  action.changed = number % 2 == 0 ? 1 : 0;
  action.lever = {kind, static_cast<std::uint16_t>(number), AgentId{7000 + number},
                  HostName{"host-" + std::to_string(number)}, 1h};
  action.lever.key = IdempotencyKey{"key-" + std::to_string(number)};
  action.lever.why = Why{"für alle"};
  action.lever.by = By{"ada"};
  return action;
}

StandingOrder order_of(std::uint64_t agent, std::uint16_t below, bool tombstoned) {
  StandingOrder order{AgentId{agent}, HostName{"host-" + std::to_string(agent)}, below};
  order.tombstoned = tombstoned ? 1 : 0;
  order.tombstone_generation = tombstoned ? 9 : 0;
  return order;
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

bool same(const Action& a, const Action& b) {
  return a.number == b.number && a.at == b.at && a.until == b.until && a.place == b.place &&
         a.changed == b.changed && a.lever == b.lever;
}

JournalOptions options_for(const fs::path& folder) {
  JournalOptions options;
  options.folder = folder;
  options.capacity = kCapacity;
  options.history_step = 1s;
  options.history_keep = 10s;
  return options;
}

/// The keeper as the journal's thread turns it.
struct Storage {
  explicit Storage(const fs::path& path) : lock(path), registry(path, {kCapacity}, roster, watch) {}
  /// A drain of the host in `slot`, as the loop's thread leaves it.
  void drain(std::uint32_t slot, std::uint64_t number) {
    roster.write(slot, host_at(slot, kFirstWall + 1h));
    roster.mark_changed(slot);
    Action action = action_of(number);
    action.place = slot;
    roster.levers().actions.write((number - 1) % kActions, action);
  }
  FolderLock lock;
  Roster roster{kCapacity, 0};
  DiskWatch watch;
  RegistryKeeper registry;
};

/// What the folder's registry holds, read by itself.
struct Held {
  explicit Held(const fs::path& folder)
      : registry(folder / kRegistryFile, kCapacity, kFirstWall),
        tenancies(registry.read_tenancies().tenancies),
        levers(registry.read_levers()) {}
  Registry registry;
  std::vector<Tenancy> tenancies;
  LeverRows levers;
};

}  // namespace

TEST_CASE("rows read back as they were stored; a freed place is empty, a place is overwritten") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  LeverRows rows;
  rows.orders = {
      {0, order_of(1, 3, false)}, {5, order_of(2, 0, true)}, {6, order_of(3, 65535, true)}};
  rows.actions = {action_of(1), action_of(2, LeverKind::kUnfreeze), action_of(kActions + 3)};
  rows.freeze = Freeze{kFirstWall + 2h, Why{"failover"}, By{"ada"}};
  registry.store(rows);
  LeverRows held = registry.read_levers();
  REQUIRE(held.orders.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(held.orders[i].place == rows.orders[i].place);
    CHECK(held.orders[i].order == rows.orders[i].order);
  }
  REQUIRE(held.actions.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(same(held.actions[i], rows.actions[i]));
  REQUIRE(held.freeze);
  CHECK(held.freeze->until == kFirstWall + 2h);
  CHECK(held.freeze->why.view() == "failover");
  CHECK(held.freeze->by.view() == "ada");

  LeverRows next;
  next.orders = {{5, StandingOrder{}}};
  next.actions = {action_of(kActions + 1)};  // In the place of the first.
  registry.store(next);
  held = registry.read_levers();
  CHECK(held.orders.size() == 2);
  REQUIRE(held.actions.size() == 3);
  CHECK(held.actions[1].number == kActions + 1);
}

TEST_CASE("rows that this program could not have written are left out") {
  TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  LeverRows rows;
  rows.orders = {{0, order_of(1, 3, false)}};
  rows.actions = {action_of(1), action_of(2), action_of(3)};
  registry.store(rows);
  Database database(folder / kRegistryFile, 1000);
  database.run("UPDATE action SET kind = 9 WHERE number = 1");
  database.run("UPDATE action SET below = 65536 WHERE number = 2");
  database.run(
      "INSERT INTO standing_order VALUES (16384, 5, 'x', 1, -1), (3, 6, 'x', -1, -1),"
      " (4, 7, 'x', 0, 65536)");
  const LeverRows held = registry.read_levers();
  CHECK(held.orders.size() == 1);
  REQUIRE(held.actions.size() == 1);
  CHECK(held.actions[0].number == 3);
}

TEST_CASE("what operators did comes back after a stop that nobody prepared") {
  TemporaryFolder folder;
  Ticker ticker(kCapacity);
  {
    Storage storage(folder.path());
    storage.drain(4, 1);
    storage.roster.levers().orders.write(2, order_of(77, 1, true));
    storage.roster.levers().freeze.write(0, Freeze{kFirstWall + 1h, Why{"w"}, By{"b"}});
    CHECK(storage.registry.stored_action() == 0);
    storage.registry.store_changes(storage.lock, kFirstInstant, false);
    CHECK(storage.registry.stored_action() == 1);
  }  // No checkpoint, no farewell.
  Roster roster(kCapacity, 0);
  const Journal journal(options_for(folder.path()), roster, ticker.board);
  REQUIRE(journal.restored().size() == 1);
  CHECK(journal.restored()[0].drained_until == kFirstWall + 1h);
  REQUIRE(journal.levers().orders.size() == 1);
  CHECK(journal.levers().orders[0].place == 2);
  CHECK(journal.levers().orders[0].order == order_of(77, 1, true));
  REQUIRE(journal.levers().actions.size() == 1);
  REQUIRE(journal.levers().freeze);
  CHECK(journal.levers().freeze->until == kFirstWall + 1h);
}

TEST_CASE("who was reset since the checkpoint starts over; who was reset before it does not") {
  for (const bool since : {false, true}) {
    CAPTURE(since);
    TemporaryFolder folder;
    Ticker ticker(kCapacity);
    {
      Roster roster(kCapacity, 0);
      Journal journal(options_for(folder.path()), roster, ticker.board);
      HostRecord record = host_at(3);
      record.epoch = 500;
      record.sequence = 7;
      record.reset_at = ticker.wall() + (since ? 1ms : 0ms);
      roster.write(3, record);
      roster.mark_changed(3);
      ticker.set([](std::uint32_t slot) { return slot == 3 ? healthy_planes() : std::uint8_t{0}; });
      journal.start();
    }
    Roster roster(kCapacity, 0);
    const Journal journal(options_for(folder.path()), roster, ticker.board);
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
  storage.roster.levers().orders.write(0, order_of(5, 1, false));
  storage.roster.levers().freeze.write(0, Freeze{kFirstWall, {}, {}});
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK_FALSE(storage.registry.trouble().empty());
  CHECK(storage.registry.stored_action() == 1);
  disk.set(FaultyDisk::Fault::kNone);
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK(storage.registry.stored_action() == 2);
  const Held held(folder.path());
  CHECK(held.tenancies.size() == 2);
  CHECK(held.levers.actions.size() == 2);
  CHECK(held.levers.orders.size() == 1);
  CHECK(held.levers.freeze);
}

TEST_CASE("a registry that is made anew gets all that operators did") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  for (std::uint32_t slot = 0; slot < 40; ++slot) storage.drain(slot, slot + 1);
  storage.roster.levers().orders.write(kStandingOrders - 1, order_of(5, 1, false));
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  for (const char* part : {"", "-wal", "-shm"}) {
    fs::remove(folder / (kRegistryFile + std::string(part)));
  }
  storage.registry.store_changes(storage.lock, kFirstInstant, false);
  CHECK(storage.registry.stored_action() == 40);
  const Held held(folder.path());
  CHECK(held.levers.actions.size() == 40);
  CHECK(held.levers.orders.size() == 1);
  CHECK(std::ranges::count(held.tenancies, kFirstWall + 1h, &Tenancy::drained_until) == 40);
}

TEST_CASE("who waits for an action is told when it is on the disk, and when it cannot be") {
  TemporaryFolder folder;
  FaultyDisk disk;
  Ticker ticker(kCapacity);
  Roster roster(kCapacity, 0);
  Journal journal(options_for(folder.path()), roster, ticker.board);
  journal.start();
  const auto act = [&](std::uint64_t number) {
    roster.levers().actions.write((number - 1) % kActions, action_of(number));
  };
  act(1);
  CHECK(journal.wait_for_action(1, 20s));
  CHECK(journal.wait_for_action(1, 20s));  // And again, at once.
  disk.set(FaultyDisk::Fault::kFull, "flatline.db");
  act(2);
  CHECK_FALSE(journal.wait_for_action(2, 20s));
  disk.set(FaultyDisk::Fault::kNone);
  CHECK(journal.wait_for_action(2, 20s));
  // A disk that hangs is waited for no longer than the patience.
  disk.hold();
  act(3);
  CHECK_FALSE(journal.wait_for_action(3, 10ms));
  disk.release();
  CHECK(journal.wait_for_action(3, 20s));
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
        "INSERT INTO tenancy VALUES (7, 70, 'host-70', 1700000000000, 2000);"
        "PRAGMA user_version = 2");
  }
  const Held held(folder.path());
  REQUIRE(held.tenancies.size() == 1);
  CHECK(held.tenancies[0].name.view() == "host-70");
  CHECK(held.tenancies[0].drained_until == WallTime{});
  CHECK(held.tenancies[0].reset_at == WallTime{});
  CHECK(held.levers.empty());
}

TEST_CASE("--check-data says what operators did that is in force") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.drain(1, 1);
    storage.drain(2, 2);
    storage.roster.levers().orders.write(0, order_of(5, 1, false));
    storage.roster.levers().orders.write(1, order_of(6, 2, true));
    storage.roster.levers().freeze.write(0, Freeze{kFirstWall + 1h, {}, {}});
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
