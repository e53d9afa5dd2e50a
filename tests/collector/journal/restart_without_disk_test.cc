// A start on a disk that cannot be written: the fleet begins with what can be read, the status says
// what is wrong, and all is stored when the cause is gone.

#include <doctest/doctest.h>

#include <filesystem>

#include "collector/journal/data_folder.h"
#include "collector/journal/journal.h"
#include "collector/journal/loss_note.h"
#include "collector/journal/registry.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kCapacity = 256;

HostRecord host_at(std::uint32_t slot) {
  HostRecord record;
  record.agent_id = AgentId{1000U + slot};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.registered_at = kFirstWall;
  record.interval_ms = 1000;
  record.epoch = 5;
  record.sequence = 100 + slot;
  record.registered = true;
  return record;
}

/// A collector's storage from one start to its end.
struct Life {
  explicit Life(const fs::path& folder, std::uint32_t capacity = kCapacity, bool resize = false)
      : host_table(capacity, 0),
        ticker(capacity),
        journal(
            {
                .folder = folder,
                .capacity = capacity,
                .history_step = 1s,
                .history_keep = 10s,
                .resize = resize,
            },
            host_table, ticker.board) {
    for (const RestoredHost& tenancy : journal.restored()) {
      HostRecord record = host_at(tenancy.slot);
      record.agent_id = tenancy.agent_id;
      host_table.write(tenancy.slot, record);
    }
  }

  void enter(std::uint32_t slot) {
    host_table.write(slot, host_at(slot));
    host_table.mark_changed(slot);
  }
  void start() {
    if (!started) journal.start();
    started = true;
  }
  /// Starts the thread, and waits until it has tried to store something.
  void take_turn() {
    start();
    REQUIRE_FALSE(journal.wait_for_action(1, 1min));
  }
  /// Starts the thread, and ticks until nothing is wrong.
  [[nodiscard]] bool await_well() {
    start();
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      ticker.pass(1s);
      journal.wake();
      (void)journal.wait_for_action(1, 10ms);
      if (!journal.degraded()) return true;
    }
    return false;
  }

  /// The same, until nothing is wrong but this.
  [[nodiscard]] bool await_only(const std::string& trouble) {
    start();
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      ticker.pass(1s);
      journal.wake();
      (void)journal.wait_for_action(1, 10ms);
      const std::string reason = journal.status().reason;
      if (reason.find(trouble) != std::string::npos && reason.find("; /") == std::string::npos) {
        return true;
      }
    }
    return false;
  }

  HostTable host_table;
  Ticker ticker;
  Journal journal;
  bool started = false;
};

/// Leaves a folder with three hosts by a clean end.
void live(const fs::path& folder) {
  Life life(folder);
  for (const std::uint32_t slot : {0U, 7U, 200U}) life.enter(slot);
  REQUIRE(life.await_well());
}

std::size_t count_files(const fs::path& folder, const std::string& start) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    count += entry.path().filename().string().starts_with(start) ? 1 : 0;
  }
  return count;
}

std::uint64_t now_in_seconds() {
  return static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count());
}

}  // namespace

TEST_CASE("on a full, read-only or broken disk it starts from what can be read, and heals") {
  struct Row {
    FaultyDisk::Fault fault;
    const char* said;
  };
  for (const Row& row : {Row{FaultyDisk::Fault::kFull, "full"},
                         Row{FaultyDisk::Fault::kReadOnly, "unable to open database file"},
                         Row{FaultyDisk::Fault::kBroken, "I/O error"}}) {
    CAPTURE(row.said);
    FaultyDisk disk;
    const TemporaryFolder folder;
    live(folder.path());
    disk.set(row.fault);
    std::uint64_t number = 0;
    {
      Life life(folder.path());
      REQUIRE(life.journal.restored().size() == 3);
      CHECK(life.journal.restored()[2].slot == 200);
      CHECK(life.journal.restored()[2].last.sequence == 300);
      CHECK(life.journal.degraded());
      CHECK_MESSAGE(life.journal.status().reason.find(row.said) != std::string::npos,
                    life.journal.status().reason);
      life.enter(9);
      disk.set(FaultyDisk::Fault::kNone);
      REQUIRE(life.await_well());
      CHECK(life.journal.status().reason == "");
      number = life.journal.start_number();
    }
    const Life life(folder.path());
    CHECK_FALSE(life.journal.degraded());
    CHECK(life.journal.restored().size() == 4);
    CHECK(life.journal.start_number() > number);
    CHECK(count_files(folder.path(), "flatline.db.") == 0);
  }
}

TEST_CASE("a try that failed is repeated when its time has come, and at the end") {
  for (const bool ended : {false, true}) {
    CAPTURE(ended);
    FaultyDisk disk;
    const TemporaryFolder folder;
    live(folder.path());
    disk.set(FaultyDisk::Fault::kFull);
    {
      Life life(folder.path());
      life.enter(9);
      life.take_turn();
      disk.set(FaultyDisk::Fault::kNone);
      life.take_turn();  // No tick has passed, so the file is not opened again yet.
      CHECK(life.journal.status().reason.find("full") != std::string::npos);
      if (!ended) {
        life.ticker.pass(kRegistryRetryPeriod);
        life.take_turn();
        CHECK(life.journal.status().reason == "");
      }
    }
    CHECK(Life(folder.path()).journal.restored().size() == 4);
  }
}

TEST_CASE("numbers of starts that no disk remembers do not come again") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  live(folder.path());
  disk.set(FaultyDisk::Fault::kFull);
  std::uint64_t number = 0;
  for (int start = 0; start < 2; ++start) {
    const Life life(folder.path());
    CHECK(life.journal.start_number() > number);
    number = life.journal.start_number();
    CHECK(number < now_in_seconds());
  }
}

TEST_CASE("a registry that somebody else has locked is read, and stored into when it is free") {
  const TemporaryFolder folder;
  live(folder.path());
  // The second lock keeps readers out, too.
  for (const char* lock : {"BEGIN IMMEDIATE", "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"}) {
    CAPTURE(std::string(lock));
    auto other = std::make_unique<Database>(folder / kRegistryFile, 0, Database::Mode::kExisting);
    other->run(lock);
    Life life(folder.path());
    CHECK(life.journal.restored().size() == 3);
    CHECK(life.journal.degraded());
    CHECK(life.journal.status().reason.find("locked") != std::string::npos);
    other.reset();
    CHECK(life.await_well());
  }
}

TEST_CASE("another capacity, wanted on a full disk, comes about when there is room") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  live(folder.path());
  disk.set(FaultyDisk::Fault::kFull);
  {
    Life life(folder.path(), 512, true);
    CHECK(life.journal.restored().size() == 3);
    CHECK(life.journal.degraded());
    disk.set(FaultyDisk::Fault::kNone);
    CHECK(life.await_well());
  }
  CHECK(Life(folder.path(), 512).journal.restored().size() == 3);
}

TEST_CASE("a folder that holds nothing and cannot be written is refused") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  disk.set(FaultyDisk::Fault::kFull);
  for (int start = 0; start < 2; ++start) {
    CHECK(message_of<Failure>([&] { const Life life(folder.path()); }).find("full") !=
          std::string::npos);
  }
}

TEST_CASE("a corrupt registry on a full disk is set aside, and the fleet begins anew") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  live(folder.path());
  write_content(folder / kRegistryFile, "This is no database, and never was one.");
  disk.set(FaultyDisk::Fault::kFull);
  Life life(folder.path());
  CHECK(life.journal.restored().empty());
  CHECK(life.journal.degraded());
  CHECK(count_files(folder.path(), "flatline.db.corrupt-") == 1);
  disk.set(FaultyDisk::Fault::kNone);
  life.enter(3);
  // That all is lost is told until an operator has seen it.
  CHECK(life.await_only("lost: all that it held"));
  CHECK(fs::remove(folder / kLossFile));
  CHECK(life.await_well());
}

TEST_CASE("a registry that cannot even be read is refused: nothing that was revoked comes back") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  live(folder.path());
  disk.set(FaultyDisk::Fault::kUnreadable);
  CHECK(message_of<Failure>([&] { const Life life(folder.path()); }).find("cannot read it") !=
        std::string::npos);
  disk.set(FaultyDisk::Fault::kNone);
  CHECK(Life(folder.path()).journal.restored().size() == 3);
}
