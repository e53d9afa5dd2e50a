// A registry that is damaged, or only seems so: nothing is thrown away that was not proved to be
// damaged, and of what was, all goes on that can be read.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <set>

#include "collector/journal/journal.h"
#include "collector/journal/loss_note.h"
#include "collector/journal/registry_start.h"
#include "collector/journal/tenancy_reader.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kHosts = 20;
constexpr std::uint32_t kLeft = 30;  ///< Hosts that have left.
constexpr std::uint32_t kBanned = 3;

bool was_set_aside(const fs::path& folder, const std::string& file = kRegistryFile) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(file + ".corrupt-")) return true;
  }
  return false;
}

SlotChange taken(std::uint32_t slot, std::uint64_t agent) {
  const RestoredHost host{slot, AgentId{agent}, HostName{fmt::format("host-{}", agent)}, kFirstWall,
                          1s};
  return {slot, host};
}

/// A registry of hosts, of others that have left, of bans and of what operators did.
void fill(const fs::path& folder) {
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  std::vector<SlotChange> come;
  std::vector<SlotChange> go;
  for (std::uint32_t slot = 0; slot < kLeft; ++slot) come.push_back(taken(100 + slot, 500 + slot));
  for (std::uint32_t slot = 0; slot < kLeft; ++slot) go.push_back({100 + slot, std::nullopt});
  for (std::uint32_t slot = 0; slot < kHosts; ++slot) come.push_back(taken(slot, 1000 + slot));
  registry.store(come, kFirstWall + 1s);
  registry.store(go, kFirstWall + 2s);
  ActionRows rows;
  for (std::uint32_t place = 0; place < kBanned; ++place) {
    Ban ban;
    ban.agent_id = AgentId{7000U + place};
    ban.name = HostName{fmt::format("banned-{}", place)};
    ban.revoked_below = 9;
    rows.bans.push_back({place, ban});
  }
  ActionRecord action;
  action.number = 1;
  action.request.why = Why{"a test"};
  rows.recent.push_back(action);
  rows.freeze = Freeze{kFirstWall + 1h, Why{"a test"}, By{"me"}};
  registry.store(rows);
  ViewHead head;
  head.tick = 1;
  head.capacity = kCapacity;
  head.time = kFirstWall;
  (void)registry.write_checkpoint(head, [](std::uint32_t first, std::span<CheckpointSlot> slots) {
    for (std::uint32_t i = 0; i < slots.size() && first + i < kHosts; ++i) {
      slots[i].agent_id = AgentId{1000U + first + i};
      slots[i].epoch = 77;
    }
  });
}

/// The same, made once and copied.
void copy_filled(const fs::path& folder) {
  static const TemporaryFolder model;
  static const bool filled = [] {
    fill(model.path());
    return true;
  }();
  REQUIRE(filled);
  fs::copy_file(model / kRegistryFile, folder / kRegistryFile);
}

RegistryStart start(const fs::path& folder) {
  return start_registry(folder, {.capacity = kCapacity});
}

std::size_t past_of(const fs::path& folder) {
  TenancyReader reader(folder);
  std::size_t remembered = 0;
  for (std::uint32_t i = 0; i < kLeft; ++i) remembered += reader.of(AgentId{500U + i}).size();
  return remembered;
}

/// What a start finds of what fill() made, as a text.
std::string found(const RegistryStart& started, const fs::path& folder) {
  std::size_t heard = 0;
  for (const RestoredHost& host : started.restored) heard += host.last.epoch == 77 ? 1 : 0;
  return fmt::format("{} hosts, {} heard, {} bans, {} actions, {}, {} left",
                     started.restored.size(), heard, started.actions.bans.size(),
                     started.actions.recent.size(),
                     started.actions.freeze ? "frozen" : "not frozen", past_of(folder));
}
const std::string kAll = "20 hosts, 20 heard, 3 bans, 1 actions, frozen, 30 left";

/// Which table or index has each page, by page number.
std::vector<std::string> owners_of_pages(const fs::path& file) {
  Database database(file, 0, Database::Mode::kExisting);
  std::vector<std::string> owners(static_cast<std::size_t>(database.number("PRAGMA page_count")) +
                                  1);
  Statement select(database, "SELECT pageno, name FROM dbstat");
  while (select.step()) owners[static_cast<std::size_t>(select.number(0))] = select.text(1);
  return owners;
}

void change_byte(const fs::path& file, std::size_t at, char to) {
  std::string content = content_of(file);
  REQUIRE(at < content.size());
  content[at] = to;
  write_content(file, content);
}

}  // namespace

TEST_CASE(
    "a read that fails once at the start loses nobody, whichever it is and however it fails") {
  using enum FaultyDisk::Mishap;
  for (const auto mishap : {kError, kTorn, kFlipped}) {
    std::int64_t mishaps = 1;
    // Each read is tried with two of the three.
    const std::int64_t every = mishap == kError ? 1 : 2;
    for (std::int64_t granted = mishap == kTorn ? 1 : 0; mishaps > 0; granted += every) {
      CAPTURE(static_cast<int>(mishap));
      CAPTURE(granted);
      const TemporaryFolder folder;
      copy_filled(folder.path());
      {
        FaultyDisk disk;
        disk.befall(FaultyDisk::Call::kRead, mishap, granted, 1);
        const RegistryStart started = start(folder.path());
        mishaps = disk.befallen().mishaps;
        CHECK(started.restored.size() == kHosts);
        CHECK(started.actions.bans.size() == kBanned);
        CHECK(started.lost.empty());
      }
      CHECK_FALSE(was_set_aside(folder.path()));
      CHECK(found(start(folder.path()), folder.path()) == kAll);
    }
  }
}

TEST_CASE("a registry that cannot be read for a while is kept, and goes on when it can") {
  // Every read from some one on fails: the file is not read whole, and so is not proved damaged.
  for (std::int64_t granted = 0; granted < 40; granted += 3) {
    CAPTURE(granted);
    const TemporaryFolder folder;
    copy_filled(folder.path());
    {
      FaultyDisk disk;
      disk.befall(FaultyDisk::Call::kRead, FaultyDisk::Mishap::kError, granted, 1'000'000);
      try {
        const RegistryStart started = start(folder.path());
        CHECK(started.restored.size() == kHosts);
        CHECK(started.actions.bans.size() == kBanned);
      } catch (const Failure& failure) {
        CHECK(std::string(failure.what()).find("cannot read it: disk I/O error") !=
              std::string::npos);
      }
    }
    CHECK_FALSE(was_set_aside(folder.path()));
    CHECK(found(start(folder.path()), folder.path()) == kAll);
  }
}

TEST_CASE(
    "a page that cannot be read at a start keeps it from starting only if the present is in it") {
  const TemporaryFolder model;
  fill(model.path());
  const auto owners = owners_of_pages(model / kRegistryFile);
  for (std::size_t page = 2; page < owners.size(); ++page) {
    const std::string& owner = owners[page];
    CAPTURE(owner);
    const TemporaryFolder folder;
    fs::copy_file(model / kRegistryFile, folder / kRegistryFile);
    {
      FaultyDisk disk;
      disk.spoil(kRegistryFile, static_cast<std::int64_t>((page - 1) * kDatabasePageBytes));
      if (owner == "past_tenancy" || owner == "checkpoint" || owner == "group_tenancy" ||
          owner.starts_with("cause_name") || owner.starts_with("past_tenancy_agent") ||
          owner.starts_with("sqlite_autoindex") || owner == "collector") {
        Storage storage(folder.path());
        CHECK(storage.registry.start().restored.size() == kHosts);
        CHECK(storage.registry.start().actions.bans.size() == kBanned);
        CHECK(storage.registry.trouble().find("disk I/O error") != std::string::npos);
        CHECK(storage.registry.loss().empty());
      } else {
        CHECK(message_of<Failure>([&] { (void)start(folder.path()); }).find("cannot read it") !=
              std::string::npos);
      }
    }
    CHECK_FALSE(was_set_aside(folder.path()));
    CHECK(found(start(folder.path()), folder.path()) == kAll);
  }
}

TEST_CASE("while the collector runs, a read that fails makes no sound registry a damaged one") {
  using enum FaultyDisk::Call;
  for (const auto call : {kRead, kSize}) {
    for (const auto mishap : {FaultyDisk::Mishap::kError, FaultyDisk::Mishap::kTorn}) {
      if (!FaultyDisk::can_happen(call, mishap)) continue;
      for (const std::int64_t times : {1, 2, 50}) {
        CAPTURE(static_cast<int>(call));
        CAPTURE(static_cast<int>(mishap));
        CAPTURE(times);
        const TemporaryFolder folder;
        copy_filled(folder.path());
        FaultyDisk disk;
        Storage storage(folder.path());
        storage.tick();
        disk.befall(call, mishap, 0, times, "flatline.db");
        for (int tick = 0; tick < 60; ++tick) {
          storage.enter(static_cast<std::uint32_t>(tick % 9));
          storage.tick();
        }
        CHECK(disk.befallen().mishaps > 0);
        CHECK_FALSE(was_set_aside(folder.path()));
        disk.befall(call, mishap, 0, 0);
        storage.ticker.pass(kRegistryRetryPeriod);
        for (int tick = 0; tick < 3; ++tick) storage.tick();
        CHECK(storage.well());
        CHECK(storage.registry.loss().empty());
        CHECK(past_of(folder.path()) == kLeft);
      }
    }
  }
}

TEST_CASE("a wrong number in a page costs nothing: all rows go on in a new file") {
  const TemporaryFolder model;
  fill(model.path());
  const auto owners = owners_of_pages(model / kRegistryFile);
  for (std::size_t page = 2; page < owners.size(); ++page) {
    CAPTURE(owners[page]);
    const TemporaryFolder folder;
    fs::copy_file(model / kRegistryFile, folder / kRegistryFile);
    // How many bytes are free between the cells of the page.
    change_byte(folder / kRegistryFile, (page - 1) * kDatabasePageBytes + 7, 77);
    const RegistryStart started = start(folder.path());
    CHECK(started.lost.empty());
    CHECK(found(started, folder.path()) == kAll);
    CHECK(was_set_aside(folder.path()));
  }
}

TEST_CASE("a page that is gone costs its own table alone, and that is told until it was seen") {
  const TemporaryFolder model;
  fill(model.path());
  const auto owners = owners_of_pages(model / kRegistryFile);
  std::set<std::string> lost;
  for (std::size_t page = 2; page < owners.size(); ++page) {
    const std::string& owner = owners[page];
    CAPTURE(owner);
    const TemporaryFolder folder;
    fs::copy_file(model / kRegistryFile, folder / kRegistryFile);
    change_byte(folder / kRegistryFile, (page - 1) * kDatabasePageBytes, 0x55);
    const RegistryStart started = start(folder.path());
    CHECK(was_set_aside(folder.path()));
    CHECK(started.restored.size() == (owner == "tenancy" ? 0 : kHosts));
    CHECK(started.actions.bans.size() == (owner == "standing_order" ? 0 : kBanned));
    CHECK(started.actions.recent.size() == (owner == "action" ? 0 : 1));
    CHECK(started.actions.freeze.has_value() == (owner != "freeze"));
    CHECK(past_of(folder.path()) == (owner == "past_tenancy" ? 0 : kLeft));
    if (!started.lost.empty()) lost.insert(started.lost);
  }
  CHECK(lost.contains("bans (0 saved)"));
  CHECK(lost.contains("hosts (0 saved)"));
  CHECK(lost.contains("hosts of the past (0 saved)"));
  CHECK(lost.contains("rows of freeze (0 saved)"));
  CHECK(lost.contains("rows of action (0 saved)"));
}

TEST_CASE("of a table of many pages a page that is gone costs its own rows alone") {
  const TemporaryFolder model;
  {
    Registry registry(model / kRegistryFile, kCapacity, kFirstWall);
    std::vector<SlotChange> come;
    for (std::uint32_t slot = 0; slot < kCapacity; ++slot) come.push_back(taken(slot, 1000 + slot));
    registry.store(come, kFirstWall + 1s);
  }
  struct Leaf {
    std::size_t page;
    std::size_t rows;
  };
  std::vector<Leaf> leaves;
  {
    Database database(model / kRegistryFile, 0, Database::Mode::kExisting);
    Statement select(
        database, "SELECT pageno, ncell FROM dbstat WHERE name = 'tenancy' AND pagetype = 'leaf'");
    while (select.step()) {
      leaves.push_back(
          {static_cast<std::size_t>(select.number(0)), static_cast<std::size_t>(select.number(1))});
    }
  }
  REQUIRE(leaves.size() >= 3);
  for (const Leaf& leaf : leaves) {
    CAPTURE(leaf.page);
    const TemporaryFolder folder;
    fs::copy_file(model / kRegistryFile, folder / kRegistryFile);
    change_byte(folder / kRegistryFile, (leaf.page - 1) * kDatabasePageBytes, 0x55);
    const RegistryStart started = start(folder.path());
    CHECK(started.restored.size() == kCapacity - leaf.rows);
    CHECK(started.lost == fmt::format("hosts ({} saved)", kCapacity - leaf.rows));
  }
}

TEST_CASE("a flipped bit in the head of the file costs nothing, whichever it is") {
  const TemporaryFolder model;
  fill(model.path());
  const std::string whole = content_of(model / kRegistryFile);
  // Not the schema's version, at 60: one that is newer is refused.
  for (const std::size_t at : {0,  7,  15, 16, 17, 18, 19, 20, 21, 23, 24, 27, 28, 31,
                               32, 39, 43, 44, 47, 51, 52, 56, 59, 64, 71, 90, 95, 99}) {
    CAPTURE(at);
    const TemporaryFolder folder;
    write_content(folder / kRegistryFile, whole);
    change_byte(folder / kRegistryFile, at, static_cast<char>(whole[at] ^ (1 << at % 8)));
    const RegistryStart started = start(folder.path());
    CHECK(started.lost == "");
    CHECK(found(started, folder.path()) == kAll);
  }
}

TEST_CASE("what was lost is told over restarts, until an operator removes what tells it") {
  const TemporaryFolder folder;
  fill(folder.path());
  const auto owners = owners_of_pages(folder / kRegistryFile);
  for (std::size_t page = 2; page < owners.size(); ++page) {
    if (owners[page] != "standing_order") continue;
    change_byte(folder / kRegistryFile, (page - 1) * kDatabasePageBytes, 0x55);
  }
  for (int run = 0; run < 2; ++run) {
    CAPTURE(run);
    Storage storage(folder.path());
    for (int tick = 0; tick < 3; ++tick) storage.tick();
    CHECK(storage.well());
    const std::string said = storage.registry.loss();
    CAPTURE(said);
    CHECK(said.find(
              "flatline.db: it was damaged; lost: bans (0 saved); who has seen to it removes ") !=
          std::string::npos);
    CHECK(said.ends_with(kLossFile));
    if (run == 0) continue;
    fs::remove(folder / kLossFile);
    storage.tick();
    CHECK(storage.registry.loss().empty());
  }
  Storage storage(folder.path());
  CHECK(storage.registry.loss().empty());
}

TEST_CASE("a file damaged while the collector runs keeps the hosts of the past that can be read") {
  const TemporaryFolder folder;
  fill(folder.path());
  Storage storage(folder.path());
  storage.tick();
  const auto owners = [&] {
    const TemporaryFolder copy;
    fs::copy_file(folder / kRegistryFile, copy / kRegistryFile);
    return owners_of_pages(copy / kRegistryFile);
  }();
  for (std::size_t page = 2; page < owners.size(); ++page) {
    if (owners[page] != "tenancy") continue;
    change_byte(folder / kRegistryFile, (page - 1) * kDatabasePageBytes, 0x55);
  }
  Database(folder / kRegistryFile, 1000)
      .run("PRAGMA application_id = 1");  // Nothing is cached now.
  for (std::uint32_t slot = 0; slot < 5; ++slot) storage.enter(slot);
  for (int tick = 0; tick < 3; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 5);
  CHECK(was_set_aside(folder.path()));
  CHECK(storage.registry.loss().empty());
  CHECK(past_of(folder.path()) == kLeft);
}

TEST_CASE("a damaged registry of another capacity is refused as a sound one is, and kept") {
  const TemporaryFolder folder;
  fill(folder.path());
  change_byte(folder / kRegistryFile, 2 * kDatabasePageBytes + 7, 77);
  CHECK(message_of<Failure>([&] {
          (void)start_registry(folder.path(), {.capacity = 512});
        }).find("start with --capacity 256 first") != std::string::npos);
  CHECK_FALSE(was_set_aside(folder.path()));
  const auto resized =
      start_registry(folder.path(), {.capacity = 512, .resize = Registry::Resize::kAllow});
  CHECK(resized.restored.size() == kHosts);
  CHECK(resized.actions.bans.size() == kBanned);
}

TEST_CASE("a damaged registry on a full disk is kept, read into memory, and replaced later") {
  const TemporaryFolder folder;
  fill(folder.path());
  change_byte(folder / kRegistryFile, 2 * kDatabasePageBytes + 7, 77);
  FaultyDisk disk;
  disk.set(FaultyDisk::Fault::kFull);
  {
    Storage storage(folder.path());
    CHECK(storage.registry.start().restored.size() == kHosts);
    CHECK(storage.registry.start().actions.bans.size() == kBanned);
    storage.tick();
    CHECK_FALSE(storage.well());
    CHECK_FALSE(was_set_aside(folder.path()));
    disk.set(FaultyDisk::Fault::kNone);
    storage.ticker.pass(kRegistryRetryPeriod);
    for (int tick = 0; tick < 3; ++tick) storage.tick();
    CHECK(storage.well());
    CHECK(was_set_aside(folder.path()));
    CHECK(past_of(folder.path()) >= kLeft);
  }
}

TEST_CASE("a host that moves to a slot of an earlier batch keeps its time in the slot it left") {
  const TemporaryFolder folder;
  Registry registry(folder / kRegistryFile, kCapacity, kFirstWall);
  registry.store(std::vector{taken(200, 42)}, kFirstWall);
  RestoredHost moved = *taken(3, 42).tenancy;
  moved.registered_at = kFirstWall + 10s;
  registry.store(std::vector{SlotChange{3, moved}}, kFirstWall + 20s);
  registry.store(std::vector{SlotChange{200, std::nullopt}}, kFirstWall + 20s);
  TenancyReader reader(folder.path());
  const auto tenancies = reader.of(AgentId{42});
  REQUIRE(tenancies.size() == 2);
  CHECK(tenancies[0].slot == 200);
  CHECK(tenancies[0].from == kFirstWall);
  CHECK(tenancies[0].to == kFirstWall + 10s);
  CHECK(tenancies[1].slot == 3);
  CHECK(tenancies[1].to == WallTime::max());
}
