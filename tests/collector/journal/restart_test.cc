// What a restarted collector gets back from the data folder, what a change of the capacity keeps,
// and what --check-data says about the folder.

#include <doctest/doctest.h>

#include <filesystem>

#include "collector/journal/check_data.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_reader.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/journal.h"
#include "collector/journal/registry.h"
#include "collector/journal/registry_keeper.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kCapacity = 256;

HostRecord host_at(std::uint32_t slot, WallTime since) {
  HostRecord record;
  record.agent_id = AgentId{1000U + slot};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.registered_at = since;
  record.interval_ms = 1000;
  record.epoch = 5;
  record.sequence = 100 + slot;
  record.credential_generation = 2;
  record.key_id = 1;
  record.registered = true;
  return record;
}

JournalOptions options_for(const fs::path& folder) {
  JournalOptions options;
  options.folder = folder;
  options.capacity = kCapacity;
  options.history_step = 1s;
  options.history_keep = 1h;
  return options;
}

/// Runs a journal with 100 hosts, whose last view has these planes, to a clean stop.
void live(const JournalOptions& options, Ticker& ticker, std::uint8_t planes,
          Milliseconds registered_ago = 1h) {
  HostTable host_table(options.capacity, 0);
  Journal journal(options, host_table, ticker.board);
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    host_table.write(slot, host_at(slot, ticker.wall() - registered_ago));
    host_table.mark_changed(slot);
  }
  ticker.set([=](std::uint32_t slot) { return slot < 100 ? planes : std::uint8_t{0}; });
  journal.start();
}

std::vector<RestoredHost> restored_from(const JournalOptions& options, const Ticker& ticker) {
  HostTable host_table(options.capacity, 0);
  const Journal journal(options, host_table, ticker.board);
  return journal.restored();
}

HistoryShape shape_of(const JournalOptions& options) {
  return {options.capacity, static_cast<std::uint32_t>(options.history_keep / options.history_step),
          options.history_step, true, options.history_causes};
}

/// Stores one step in the folder's history.
void store_step(const JournalOptions& options, Ticker& ticker, std::uint8_t planes) {
  HistoryRing ring(options.folder / kHistoryFile, shape_of(options));
  ticker.set([=](std::uint32_t) { return planes; });
  ring.write(ring.shape().number_at(ticker.wall()), ticker.view);
}

/// Sets the ticker ten minutes before now, because the journal compares its views with the clock.
Ticker& to_now(Ticker& ticker) {
  ticker.pass(wall_now() - 10min - ticker.wall());
  return ticker;
}

void make_history(const JournalOptions& options) {
  HistoryMaker maker(options.folder, shape_of(options));
  while (!maker.advance()) {
  }
}

bool has_file(const fs::path& folder, const std::string& start) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(start)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE(
    "a clean stop leaves a checkpoint; the next start knows what was last heard of everybody") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  to_now(ticker);
  live(options, ticker, failing_planes());
  const auto restored = restored_from(options, ticker);
  REQUIRE(restored.size() == 100);
  for (const RestoredHost& tenancy : restored) {
    CHECK(tenancy.last.epoch == 5);
    CHECK(tenancy.last.sequence == 100 + tenancy.slot);
    CHECK(tenancy.last.credential_generation == 2);
    CHECK(tenancy.last.key_id == 1);
    CHECK(tenancy.last.planes == failing_planes());
  }
}

TEST_CASE("the planes of a step newer than the checkpoint win, for hosts that were there then") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  to_now(ticker);
  make_history(options);
  store_step(options, ticker, silent_planes());
  ticker.pass(30s);
  live(options, ticker, failing_planes());
  CHECK(restored_from(options, ticker)[7].last.planes == failing_planes());
  ticker.pass(30s);
  store_step(options, ticker, healthy_planes());
  CHECK(restored_from(options, ticker)[7].last.planes == healthy_planes());
  CHECK(restored_from(options, ticker)[7].last.sequence == 107);
  // A host that registered after that step gets none of its planes.
  ticker.pass(10s);
  {
    HostTable host_table(kCapacity, 0);
    Registry registry(folder / kRegistryFile, kCapacity, ticker.wall());
    const RestoredHost late{7, AgentId{9999}, HostName{"late"}, ticker.wall(), 1s};
    const std::vector<SlotChange> changes = {{7, late}};
    registry.store(changes, ticker.wall());
  }
  const auto restored = restored_from(options, ticker);
  CHECK(restored[7].agent_id == AgentId{9999});
  CHECK(restored[7].last.planes == 0);
  CHECK(restored[7].last.epoch == 0);
  CHECK(restored[8].last.planes == healthy_planes());
}

TEST_CASE("a cause comes back from the newest step, where nothing has changed since") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  to_now(ticker);
  make_history(options);
  ticker.view.causes[7] = 5;
  ticker.view.causes[8] = 6;
  ticker.view.causes[9] = 255;
  store_step(options, ticker, failing_planes());
  live(options, ticker, failing_planes());
  auto restored = restored_from(options, ticker);
  CHECK(restored[6].last.cause == kNoCause);
  CHECK(restored[7].last.cause == 5);
  CHECK(restored[8].last.cause == 6);
  CHECK(restored[9].last.cause == kOtherCause);
  // A step of other planes, and then a host that came after it.
  ticker.pass(5s);
  store_step(options, ticker, silent_planes());
  CHECK(restored_from(options, ticker)[7].last.cause == 5);
  ticker.pass(5s);
  {
    Registry registry(folder / kRegistryFile, kCapacity, ticker.wall());
    const RestoredHost late{7, AgentId{9999}, HostName{"late"}, ticker.wall(), 1s};
    const std::vector<SlotChange> changes = {{7, late}};
    registry.store(changes, ticker.wall());
  }
  restored = restored_from(options, ticker);
  CHECK(restored[7].last.cause == kNoCause);
  CHECK(restored[8].last.cause == 6);
}

TEST_CASE("a wall clock that is set back costs no verdict: views are told apart by generation") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  to_now(ticker);
  make_history(options);
  // By the clock, all of this is in the future, and the hosts registered after the view that has
  // them.
  ticker.pass(1h);
  live(options, ticker, failing_planes(), -30min);
  CHECK(restored_from(options, ticker)[7].last.planes == failing_planes());
  ticker.pass(30s);
  store_step(options, ticker, healthy_planes());
  CHECK(restored_from(options, ticker)[7].last.planes == healthy_planes());
  // The clock was set back while the collector ran, so the newest step has the oldest time.
  ticker.pass(-90min);
  store_step(options, ticker, silent_planes());
  CHECK(restored_from(options, ticker)[7].last.planes == silent_planes());
}

TEST_CASE(
    "another capacity or history is refused; with --resize the ring is set aside, hosts stay") {
  TemporaryFolder folder;
  JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  live(options, ticker, healthy_planes());
  if (!fs::exists(folder / kHistoryFile)) make_history(options);
  HostTable host_table(512, 0);
  const ViewBoard board(512);
  const auto refusal = [&](const JournalOptions& other) {
    return message_of<Failure>([&] { Journal(other, host_table, board); });
  };
  JournalOptions longer = options;
  longer.history_keep = 2h;
  CHECK(refusal(longer).find("holds 3600 steps of 1s for 256 slots, not 7200") !=
        std::string::npos);
  CHECK(refusal(longer).find("--capacity 256 --history-step 1s --history-keep 1h,") !=
        std::string::npos);
  JournalOptions larger = options;
  larger.capacity = 512;
  CHECK(refusal(larger).find("--resize") != std::string::npos);
  JournalOptions smaller = options;
  smaller.capacity = 64;
  smaller.resize = true;
  CHECK(refusal(smaller).find("36 hosts have slots beyond 64; they fit in --capacity 128") !=
        std::string::npos);
  CHECK_FALSE(has_file(folder.path(), "history.db.capacity"));

  larger.resize = true;
  Ticker large(512);
  const auto restored = restored_from(larger, large);
  REQUIRE(restored.size() == 100);
  CHECK(restored[99].slot == 99);
  // Orders and verdicts are kept too: no recorded snapshot counts again, and no host is unknown.
  CHECK(restored[99].last.epoch == 5);
  CHECK(restored[99].last.sequence == 199);
  CHECK(restored[99].last.planes == healthy_planes());
  CHECK(has_file(folder.path(), "history.db.capacity-256-"));
  CHECK_FALSE(fs::exists(folder / kHistoryFile));
  larger.resize = false;
  CHECK(restored_from(larger, large).size() == 100);
}

TEST_CASE("an interval comes back from registry or checkpoint, whichever alarms nobody falsely") {
  struct Row {
    Milliseconds stored;
    Milliseconds checkpointed;
    Milliseconds restored;
  };
  for (const Row& row : {Row{1s, 10s, 10s}, Row{10s, 1s, 10s}, Row{1s, 1s, 1s}}) {
    CAPTURE(row.stored.count());
    CAPTURE(row.checkpointed.count());
    TemporaryFolder folder;
    const JournalOptions options = options_for(folder.path());
    Ticker ticker(kCapacity);
    live(options, ticker, healthy_planes());
    {
      Registry registry(folder / kRegistryFile, kCapacity, ticker.wall());
      RestoredHost host{7, AgentId{1007}, HostName{"host-7"}, ticker.wall() - 1h, row.stored};
      const std::vector<SlotChange> changes = {{7, host}};
      registry.store(changes, ticker.wall());
      const auto interval_ms = static_cast<std::uint32_t>(row.checkpointed.count());
      (void)registry.write_checkpoint(
          ticker.view.head, [&](std::uint32_t first, std::span<CheckpointSlot> slots) {
            if (first == 0) slots[7] = {host.agent_id, 5, 107, 2, 1, healthy_planes(), interval_ms};
          });
    }
    CHECK(restored_from(options, ticker)[7].interval == row.restored);
  }
  // The checkpoint has the interval that the host said last, even if the registry has an older one.
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  {
    HostTable host_table(kCapacity, 0);
    Journal journal(options, host_table, ticker.board);
    host_table.write(7, host_at(7, ticker.wall() - 1h));
    host_table.mark_changed(7);
    journal.start();
    REQUIRE(journal.wait_for_action(1, 1min) == false);  // A turn has stored the row now.
    HostRecord slower = host_at(7, ticker.wall() - 1h);
    slower.interval_ms = 20'000;
    host_table.write(7, slower);
  }
  CHECK(restored_from(options, ticker)[0].interval == 20s);
}

TEST_CASE("how long a host was silent while it was watched outlives a restart") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  ticker.view.head.watched = 3h;
  {
    HostTable host_table(kCapacity, 0);
    Journal journal(options, host_table, ticker.board);
    for (const std::uint32_t slot : {7U, 8U}) {
      HostRecord record = host_at(slot, ticker.wall() - 1h);
      record.watched_at = slot == 7 ? 1h : 3h;
      host_table.write(slot, record);
      host_table.mark_changed(slot);
    }
    ticker.pass(1s);
    journal.start();
  }
  const auto restored = restored_from(options, ticker);
  REQUIRE(restored.size() == 2);
  CHECK(restored[0].last.silent == 2h);
  CHECK(restored[1].last.silent == 0s);
}

TEST_CASE("however short its lives, a collector checkpoints a period after it last did") {
  TemporaryFolder folder;
  Ticker ticker(kCapacity);
  int checkpoints = 0;
  Milliseconds oldest{0};
  WallTime last = ticker.wall();
  for (int life = 0; life < 20; ++life) {
    HostTable host_table(kCapacity, 0);
    DiskWatch watch;
    RegistryKeeper keeper(folder.path(), {kCapacity}, host_table, watch);
    for (int second = 0; second < 20; ++second) {
      ticker.pass(1s);
      keeper.checkpoint(ticker.board, kCheckpointPeriod, false);
      if (keeper.checkpoint_work().writes == 0) {
        oldest = std::max(oldest, ticker.wall() - last);
        continue;
      }
      // No checkpoint comes before the living hosts have sent.
      CHECK(second >= kFirstCheckpoint / 1s);
      ++checkpoints;
      last = ticker.wall();
      break;  // The collector is killed here.
    }
  }
  CHECK(checkpoints >= 4);
  CHECK(oldest <= kCheckpointPeriod + kFirstCheckpoint);
}

TEST_CASE("rows of hosts that cannot be ours are left out, and --check-data tells of them") {
  const FleetId fleet{1, 2, 3};
  struct Row {
    const char* change;
    bool sound;  ///< Whether the form is right; more cannot be said without the fleet's id.
  };
  for (const Row& row : {Row{"name = 'host-!'", false},
                         {"name = ''", false},
                         {"name = 'host-9'", true},
                         {"agent_id = agent_id + 1", true},
                         {"agent_id = 0", false},
                         {"slot = 1048576", false},
                         {"slot = -1", false},
                         {"interval_ms = 99", false},
                         {"interval_ms = 300001", false},
                         {"registered_unix_ms = -1", false},
                         {"drained_until_unix_ms = 4294967295001", false},
                         {"reset_unix_ms = 4611686018427387904", false}}) {
    CAPTURE(row.change);
    TemporaryFolder folder;
    JournalOptions options = options_for(folder.path());
    options.fleet = fleet;
    Ticker ticker(kCapacity);
    {
      Registry registry(folder / kRegistryFile, kCapacity, ticker.wall());
      std::vector<SlotChange> changes;
      for (std::uint32_t slot = 0; slot < 3; ++slot) {
        const std::string name = "host-" + std::to_string(slot);
        changes.push_back({slot, RestoredHost{slot, agent_id_of(fleet, name), HostName{name},
                                              ticker.wall(), 1s}});
      }
      registry.store(changes, ticker.wall());
    }
    CHECK(restored_from(options, ticker).size() == 3);
    Database(folder / kRegistryFile, 1000)
        .run((std::string("UPDATE tenancy SET ") + row.change + " WHERE slot = 1").c_str());
    CHECK(check_data(folder.path(), ticker.wall()).sound == row.sound);
    const auto restored = restored_from(options, ticker);
    REQUIRE(restored.size() == 2);
    CHECK(restored[0].slot == 0);
    CHECK(restored[1].slot == 2);
  }
}

TEST_CASE("a registry that is no database is set aside at the start, and a newer one refused") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  live(options, ticker, healthy_planes());
  const std::string whole = content_of(folder / kRegistryFile);
  write_content(folder / kRegistryFile,
                "This is no database, and never was one, whatever it says.");
  CHECK(restored_from(options, ticker).empty());
  CHECK(has_file(folder.path(), "flatline.db.corrupt-"));
  // Bits are flipped in an index, and SQLite's own check finds them.
  fs::remove(folder / "flatline.db-wal");
  std::string flipped = whole;
  for (std::size_t i = 4096; i + 64 < flipped.size(); i += 512) flipped[i] ^= 0x55;
  write_content(folder / kRegistryFile, flipped);
  CHECK(restored_from(options, ticker).empty());

  Database(folder / kRegistryFile, 1000).run("PRAGMA user_version = 99");
  CHECK(message_of<Failure>([&] {
          restored_from(options, ticker);
        }).find("written by a newer flatline (schema 99") != std::string::npos);
}

TEST_CASE("--check-data says what a folder holds, and what in it is broken") {
  TemporaryFolder folder;
  const JournalOptions options = options_for(folder.path());
  Ticker ticker(kCapacity);
  CHECK(message_of<Failure>([&] {
          check_data(folder.path(), ticker.wall());
        }).find("there is no flatline.db") != std::string::npos);
  live(options, ticker, healthy_planes());
  if (!fs::exists(folder / kHistoryFile)) make_history(options);
  ticker.pass(10s);
  for (const int wait : {1, 1, 4}) {
    ticker.pass(Milliseconds{wait * 1000});
    store_step(options, ticker, healthy_planes());
  }
  const DataReport report = check_data(folder.path(), kFirstWall + 75s);
  CAPTURE(report.text);
  CHECK(report.sound);
  for (const char* line :
       {"registry            flatline.db, sound, schema 9", "  capacity          256 slots",
        "  hosts             100\n", "  drained           0\n",
        "  kept out          0 forgotten, 0 with revoked credentials\n",
        "  freeze            none\n", "  actions           0 of operators\n",
        "  checkpoint        number 1, 2023-11-14T22:13:20Z (1m15s ago)", "3 pages\n",
        "history             history.db, sound, schema 2",
        "  shape             3600 steps of 1s, 4 pages each, 256 slots",
        "to 2023-11-14T22:13:36Z\n"}) {
    CAPTURE(line);
    CHECK(report.text.find(line) != std::string::npos);
  }
  {
    Database database(folder / kHistoryFile, 1000, Database::Mode::kExisting);
    std::vector<std::byte> bytes(kChunkBytes);
    Transaction transaction(database);
    {
      const HistoryReader reader(folder.path());
      Blob blob(database, "chunk", "bytes",
                reader.shape().row(reader.shape().number_at(ticker.wall()), 0), Blob::Use::kWrite);
      blob.read(bytes);
      bytes[4000] ^= std::byte{1};
      blob.write(bytes);
    }
    transaction.commit();
  }
  {
    // A registry that somebody else has locked is not damaged.
    Database registry(folder / kRegistryFile, 1000, Database::Mode::kExisting);
    registry.run("PRAGMA locking_mode = EXCLUSIVE; UPDATE collector SET starts = starts");
    const DataReport locked = check_data(folder.path(), kFirstWall);
    CAPTURE(locked.text);
    CHECK_FALSE(locked.whole);
    CHECK(locked.text.find("registry            cannot be read now: database is locked") !=
          std::string::npos);
    CHECK(locked.text.find("registry            BROKEN") == std::string::npos);
  }
  const DataReport broken = check_data(folder.path(), kFirstWall);
  CAPTURE(broken.text);
  CHECK_FALSE(broken.sound);
  CHECK(broken.whole);
  CHECK(broken.text.find("  torn              BROKEN: 1 steps") != std::string::npos);
  Database(folder / kRegistryFile, 1000).run("PRAGMA user_version = 99");
  CHECK(message_of<Failure>([&] {
          check_data(folder.path(), kFirstWall);
        }).find("written by a newer flatline (schema 99") != std::string::npos);

  const FolderLock lock(folder.path());
  CHECK(message_of<Failure>([&] {
          check_data(folder.path(), kFirstWall);
        }).find("a collector uses it") != std::string::npos);
}
