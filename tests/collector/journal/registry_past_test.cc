// What the registry remembers beside the present hosts: the tenancies of the past and the
// checkpoint. Also tests older files and files of another capacity.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstring>
#include <set>

#include "collector/journal/registry.h"
#include "collector/journal/tenancy_reader.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kCapacity = 256;
constexpr WallTime kNow = kFirstWall;

RestoredHost tenancy(std::uint32_t slot, std::uint64_t agent, WallTime since = kNow) {
  return {slot, AgentId{agent}, HostName{"host-" + std::to_string(agent)}, since, 1s};
}

SlotChange now_has(const RestoredHost& host) {
  return {host.slot, host};
}

SlotChange is_empty(std::uint32_t slot) {
  return {slot, std::nullopt};
}

void store(Registry& registry, std::initializer_list<SlotChange> changes, WallTime now) {
  const std::vector<SlotChange> list(changes);
  registry.store(list, now);
}

/// Makes a checkpoint slot that differs by slot and round.
CheckpointSlot slot_at(std::uint32_t slot, std::uint64_t round) {
  return {AgentId{slot + 1U},
          1000 + round,
          slot + round,
          static_cast<std::uint16_t>(slot % 9),
          static_cast<std::uint8_t>(1 + slot % 2),
          static_cast<std::uint8_t>(slot + round),
          {}};
}

CheckpointTable::Fill fill_with(std::uint64_t round, std::uint32_t every = 1) {
  return [=](std::uint32_t first, std::span<CheckpointSlot> slots) {
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      if ((first + i) % every == 0) slots[i] = slot_at(first + i, round);
    }
  };
}

ViewHead head_at(std::uint32_t capacity, Milliseconds later) {
  ViewHead head;
  head.tick = 1;
  head.capacity = capacity;
  head.time = kNow + later;
  return head;
}

}  // namespace

TEST_CASE("who had a slot is told for every moment, before, between and after") {
  TemporaryFolder folder;
  Registry registry(folder / "flatline.db", kCapacity, kNow);
  store(registry, {now_has(tenancy(3, 30, kNow)), now_has(tenancy(4, 40, kNow))}, kNow);
  // In one transaction, slot 3 is freed and taken, and the host of slot 4 moves to slot 5.
  store(registry,
        {now_has(tenancy(3, 31, kNow + 10s)), is_empty(4), now_has(tenancy(5, 40, kNow + 15s))},
        kNow + 20s);
  // A changed interval ends no tenancy.
  RestoredHost slower = tenancy(5, 40, kNow + 15s);
  slower.interval = 5s;
  store(registry, {now_has(slower)}, kNow + 30s);

  TenancyReader reader(folder.path());
  const auto at = [&](Duration later) {
    std::string text;
    const WallTime when = kNow + std::chrono::floor<Milliseconds>(later);
    std::vector<AgentId> holders(kCapacity);
    reader.fill_holders(when, 0, holders);
    for (std::uint32_t slot = 0; slot < kCapacity; ++slot) {
      if (holders[slot] == AgentId::kNone) continue;
      text += fmt::format("{}:{} ", slot, reader.name_of(holders[slot]).view());
    }
    return text;
  };
  CHECK(at(-1ms) == "");
  CHECK(at(0ms) == "3:host-30 4:host-40 ");
  CHECK(at(9999ms) == "3:host-30 4:host-40 ");
  CHECK(at(10s) == "3:host-31 4:host-40 ");
  CHECK(at(20s) == "3:host-31 5:host-40 ");
  CHECK(at(1h) == "3:host-31 5:host-40 ");
  const auto moved = reader.of(AgentId{40});
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].slot == 4);
  CHECK(moved[0].to == kNow + 20s);
  CHECK(moved[1].slot == 5);
  CHECK(moved[1].to == WallTime::max());
  CHECK(reader.name_of(AgentId{41}).view() == "");
  std::vector<AgentId> some(2);
  reader.fill_holders(kNow + 1h, 4, some);  // It asks for a part of the slots.
  CHECK(some == std::vector{AgentId::kNone, AgentId{40}});
}

TEST_CASE("tenancies of the past are bounded, and freed slots keep their order") {
  TemporaryFolder folder;
  Registry registry(folder / "flatline.db", kCapacity, kNow);
  TenancyReader reader(folder.path());
  for (std::uint32_t round = 0; round < 5; ++round) {
    std::vector<SlotChange> come;
    std::vector<SlotChange> go;
    for (std::uint32_t slot = 0; slot < 100; ++slot) {
      const Milliseconds later{round * 1000 + slot};
      come.push_back(now_has(tenancy(slot, 1 + round * 100 + slot, kNow + later)));
      go.push_back(is_empty(99 - slot));
    }
    registry.store(come, kNow + Milliseconds{round * 1000 + 500});
    registry.store(go, kNow + Milliseconds{round * 1000 + 999});
    // 256 tenancies are remembered, so from the third round on some of the first are forgotten.
    if (round < 2) CHECK(reader.forgotten_until() == WallTime{});
  }
  std::set<std::uint64_t> agents;
  for (std::uint64_t agent = 1; agent <= 500; ++agent) {
    if (!reader.of(AgentId{agent}).empty()) agents.insert(agent);
  }
  CHECK(agents.size() == kCapacity);  // The newest of 500 are left.
  CHECK(agents.count(500) == 1);
  CHECK(agents.count(1) == 0);
  CHECK(reader.forgotten_until() == kNow + 2999ms);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t slot = 100; slot-- > 0;) expected.push_back(slot);
  CHECK(registry.freed_slots() == expected);
  store(registry, {now_has(tenancy(98, 9000, kNow + 1h))}, kNow + 1h);
  expected.erase(expected.begin() + 1);
  CHECK(registry.freed_slots() == expected);
}

TEST_CASE("a checkpoint writes the same pages whoever is there, and reads back as written") {
  FaultyDisk disk;
  TemporaryFolder folder;
  constexpr std::uint32_t kSlots = 640;  // These take six pages, and the last is not full.
  WriteCost cost;
  {
    Registry registry(folder / "flatline.db", kSlots, kNow);
    CHECK(registry.read_checkpoint().number == 0);
    (void)registry.write_checkpoint(head_at(kSlots, 0ms), fill_with(0));
    disk.take_written();
    cost = registry.write_checkpoint(head_at(kSlots, 1ms), fill_with(1));
    const FaultyDisk::Written written = disk.take_written();
    CHECK(cost.bytes == 6 * 4032);
    CHECK(cost.pages == 6);
    for (const std::uint32_t every : {1U, 1U, 100U, 10'000U, 2U}) {
      CAPTURE(every);
      const auto next = registry.write_checkpoint(head_at(kSlots, 2ms), fill_with(1, every));
      CHECK(next.bytes == cost.bytes);
      CHECK(next.pages == cost.pages);
      CHECK(disk.take_written() == written);
    }
    (void)registry.write_checkpoint(head_at(kSlots, 77ms), fill_with(9));
  }
  Registry registry(folder / "flatline.db", kSlots, kNow);
  const CheckpointTable::Held held = registry.read_checkpoint();
  CHECK(held.number == 8);
  CHECK(held.view.time == kNow + 77ms);
  CHECK(held.broken_chunks == 0);
  REQUIRE(held.slots.size() == kSlots);
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const CheckpointSlot wanted = slot_at(slot, 9);
    CHECK(held.slots[slot].agent_id == wanted.agent_id);
    CHECK(held.slots[slot].epoch == wanted.epoch);
    CHECK(held.slots[slot].sequence == wanted.sequence);
    CHECK(held.slots[slot].credential_generation == wanted.credential_generation);
    CHECK(held.slots[slot].key_id == wanted.key_id);
    CHECK(held.slots[slot].planes == wanted.planes);
  }
}

TEST_CASE("a checkpoint with a broken page keeps the others") {
  TemporaryFolder folder;
  {
    Registry registry(folder / "flatline.db", kCapacity, kNow);
    (void)registry.write_checkpoint(head_at(kCapacity, 0ms), fill_with(3));
  }
  {
    Database database(folder / "flatline.db", 1000, Database::Mode::kExisting);
    Transaction transaction(database);
    {
      std::vector<std::byte> bytes(kChunkBytes);
      Blob blob(database, "checkpoint", "bytes", 1, Blob::Use::kWrite);
      blob.read(bytes);
      bytes[500] ^= std::byte{1};
      blob.write(bytes);
    }
    transaction.commit();
  }
  Registry registry(folder / "flatline.db", kCapacity, kNow);
  const CheckpointTable::Held held = registry.read_checkpoint();
  CHECK(held.broken_chunks == 1);
  CHECK(held.slots[119].agent_id == AgentId{120});
  CHECK(held.slots[120].agent_id == AgentId::kNone);
  CHECK(held.slots[239].agent_id == AgentId::kNone);
  CHECK(held.slots[240].agent_id == AgentId{241});
}

TEST_CASE("a registry of schema 1 comes forward with its hosts; one that fails on the way stays") {
  TemporaryFolder folder;
  const auto file = folder / "flatline.db";
  const auto make_first = [&] {
    Database database(file, 1000);
    database.run(
        "CREATE TABLE collector (capacity INTEGER NOT NULL, starts INTEGER NOT NULL) STRICT;"
        "CREATE TABLE tenancy (slot INTEGER PRIMARY KEY, agent_id INTEGER NOT NULL UNIQUE,"
        " name TEXT NOT NULL, registered_unix_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL)"
        " STRICT; INSERT INTO collector VALUES (256, 1234);"
        "INSERT INTO tenancy VALUES (7, 70, 'host-70', 1700000000000, 2000);"
        "PRAGMA user_version = 1");
  };
  make_first();
  {
    // A table of that name exists already, so the step from schema 1 to 2 fails in its middle.
    Database(file, 1000).run("CREATE TABLE checkpoint (other INTEGER)");
  }
  CHECK_THROWS_AS(Registry(file, kCapacity, kNow), SqliteError);
  {
    Database database(file, 1000);
    CHECK(database.number("PRAGMA user_version") == 1);
    CHECK(database.number("SELECT count(*) FROM sqlite_master WHERE name = 'past_tenancy'") == 0);
    database.run("DROP TABLE checkpoint");
  }
  Registry registry(file, kCapacity, kNow);
  const auto hosts = registry.read_host_rows().tenancies;
  REQUIRE(hosts.size() == 1);
  CHECK(hosts[0].slot == 7);
  CHECK(hosts[0].name.view() == "host-70");
  // The old file counted 1,234 starts. A start is numbered one above, or by the seconds since 1970.
  CHECK(registry.count_start(WallTime{1'000s}) == 1235);
  CHECK(registry.count_start(WallTime{1'700'000'000s}) == 1'700'000'000);
  CHECK(registry.count_start(WallTime{1'700'000'000s}) == 1'700'000'001);
  CHECK(registry.freed_slots().empty());
  CHECK(registry.read_checkpoint().number == 0);
}

TEST_CASE("a backup put back repeats no start; a number that cannot be is not gone on from") {
  TemporaryFolder folder;
  const auto file = folder / "flatline.db";
  Registry registry(file, kCapacity, WallTime{100s});
  CHECK(registry.count_start(WallTime{200s}) == 200);
  // A backup of this moment is put back after starts 201 and 300; the seconds number the next one.
  CHECK(registry.count_start(WallTime{301s}) == 301);
  for (const char* starts : {"-1", "4294967295", "9223372036854775807"}) {
    CAPTURE(starts);
    Database(file, 1000).run((std::string("UPDATE collector SET starts = ") + starts).c_str());
    CHECK(registry.count_start(WallTime{400s}) == 400);
    CHECK(registry.count_start(WallTime{-400s}) == 401);
  }
}

TEST_CASE("another capacity is refused; resized, hosts, slots and checkpoint stay") {
  TemporaryFolder folder;
  const auto file = folder / "flatline.db";
  {
    Registry registry(file, kCapacity, kNow);
    store(registry, {now_has(tenancy(0, 1)), now_has(tenancy(130, 2)), now_has(tenancy(200, 3))},
          kNow);
    (void)registry.write_checkpoint(head_at(kCapacity, 0ms), fill_with(0));
  }
  CHECK(message_of<Failure>([&] { Registry(file, 512, kNow); })
            .find("holds a registry of 256 slots, not of 512; start with --capacity 256, with "
                  "--resize") != std::string::npos);
  CHECK(message_of<Failure>([&] {
          Registry(file, 128, kNow, Registry::Resize::kAllow);
        }).find("2 hosts have slots beyond 128; they fit in --capacity 256") != std::string::npos);
  for (const std::uint32_t capacity : {512U, 512U, 256U}) {
    CAPTURE(capacity);
    Registry registry(file, capacity, kNow, Registry::Resize::kAllow);
    CHECK(registry.read_host_rows().tenancies.size() == 3);
    CHECK(registry.read_host_rows().tenancies[2].slot == 200);
    const CheckpointTable::Held held = registry.read_checkpoint();
    CHECK(held.number == 1);
    CHECK(held.view.time == head_at(kCapacity, 0ms).time);
    CHECK(held.broken_chunks == 0);
    REQUIRE(held.slots.size() == capacity);
    std::vector<CheckpointSlot> expected(capacity);
    fill_with(0)(0, std::span(expected).first(kCapacity));
    CHECK(std::memcmp(held.slots.data(), expected.data(), capacity * sizeof(CheckpointSlot)) == 0);
  }
}

TEST_CASE("a reader that sits on the registry's log bounds it, and nothing is lost") {
  TemporaryFolder folder;
  const auto file = folder / "flatline.db";
  constexpr std::uint32_t kSlots = 65'536;  // A checkpoint has 547 pages.
  Registry registry(file, kSlots, kNow);
  store(registry, {now_has(tenancy(0, 1))}, kNow);
  const auto log_bytes = [&] { return std::filesystem::file_size(file.string() + "-wal"); };
  const std::uintmax_t limit =
      ((kRegistryWalCheckpoints + 1) * 547 + kRegistryWalPages) * std::uintmax_t{4120};
  {
    Database reader(file, 0, Database::Mode::kReadOnly);
    const Transaction transaction(reader, Transaction::Kind::kRead);
    CHECK(reader.number("SELECT count(*) FROM tenancy") == 1);
    std::string said;
    for (int i = 0; i < 50 && said.empty(); ++i) {
      said = message_of<Failure>(
          [&] { (void)registry.write_checkpoint(head_at(kSlots, Milliseconds{i}), fill_with(1)); });
    }
    CHECK(said.find("a reader holds its log") != std::string::npos);
    CHECK(log_bytes() < limit);
  }
  store(registry, {now_has(tenancy(1, 2))}, kNow);
  CHECK(registry.read_host_rows().tenancies.size() == 2);
  CHECK(log_bytes() < limit);
}
