// What a disk does not tell is neither there nor missing, and ends nothing: it is told, nothing is
// made in its place, and all is well by itself when the disk tells again.

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "collector/journal/check_data.h"
#include "collector/journal/history_reader.h"
#include "collector/journal/journal.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/child_process.h"
#include "tests/harness/descriptors.h"
#include "tests/harness/faulty_calls.h"
#include "tests/harness/files.h"
#include "tests/harness/scarce_memory.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

bool has_file(const fs::path& folder, const std::string& start) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(start)) return true;
  }
  return false;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Flips bits in the pages of tables, behind the first page, so that the next turn meets them.
void corrupt(const fs::path& file) {
  std::string content = content_of(file);
  for (std::size_t i = 4096; i < content.size(); i += 64) content[i] = static_cast<char>(0xEE);
  std::FILE* const stream = std::fopen(file.c_str(), "r+b");
  REQUIRE(stream != nullptr);
  REQUIRE(std::fwrite(content.data(), 1, content.size(), stream) == content.size());
  std::fclose(stream);
  Database(file, 1000).run("PRAGMA application_id = 1");
}

JournalOptions options_for(const TemporaryFolder& folder) {
  JournalOptions options;
  options.folder = folder.path();
  options.capacity = kCapacity;
  options.history_step = 1s;
  options.history_keep = 12s;
  return options;
}

/// A folder with a registry and a history, after a clean end.
void live(const TemporaryFolder& folder) {
  Storage storage(folder.path());
  for (std::uint32_t slot = 0; slot < 3; ++slot) storage.enter(slot);
  for (int tick = 0; tick < 4; ++tick) storage.tick();
  REQUIRE(storage.well());
}

}  // namespace

TEST_CASE("corrupt files that the disk does not even tell of end nothing, and heal when it does") {
  for (const int error : {EIO, ESTALE, EACCES}) {
    CAPTURE(error);
    const TemporaryFolder folder;
    Storage storage(folder.path());
    for (std::uint32_t slot = 0; slot < 50; ++slot) storage.enter(slot);
    for (int tick = 0; tick < 4; ++tick) storage.tick();
    for (const char* file : {kRegistryFile, kHistoryFile}) corrupt(folder / file);
    {
      const FaultyStat faulty(".db", error);
      storage.enter(51);
      for (int tick = 0; tick < 3; ++tick) CHECK_NOTHROW(storage.tick());
      const std::string said = std::generic_category().message(error);
      CHECK(has(storage.registry.trouble(), said));
      CHECK(has(storage.history.trouble(), said));
    }
    storage.ticker.pass(kRegistryRetryPeriod);
    for (int tick = 0; tick < 3; ++tick) storage.tick();
    CHECK(storage.well());
    CHECK(storage.stored() == 51);
    CHECK(has_file(folder.path(), "flatline.db.corrupt-"));
    CHECK(has_file(folder.path(), "history.db.corrupt-"));
  }
}

TEST_CASE("a corrupt history is set aside while the disk does not tell whether that came about") {
  const TemporaryFolder folder;
  write_content(folder / kHistoryFile, "This is no database, and never was one.");
  Storage storage(folder.path());
  {
    // It is opened, found corrupt and renamed; whether it is still there is not told any more.
    FaultyStat faulty("history.db", EIO, 1);
    CHECK_NOTHROW(storage.tick());
    CHECK_FALSE(storage.well());
  }
  for (int tick = 0; tick < 3; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(has_file(folder.path(), "history.db.corrupt-"));
}

TEST_CASE("a log that the disk does not tell of is not taken for one that is gone") {
  const TemporaryFolder folder;
  Storage storage(folder.path());
  storage.enter(1);
  storage.tick();
  {
    const FaultyStat faulty("-wal", EIO);
    storage.enter(2);
    storage.tick();
    for (const std::string& trouble : {storage.registry.trouble(), storage.history.trouble()}) {
      CHECK(has(trouble, "-wal: cannot tell whether it is there: Input/output error"));
    }
  }
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 2);
}

TEST_CASE("a start beside a history that the disk does not tell of goes on, says so, and heals") {
  const TemporaryFolder folder;
  live(folder);
  HostTable host_table(kCapacity, 0);
  Ticker ticker(kCapacity);
  std::optional<Journal> journal;
  {
    const FaultyStat faulty("history.db", EIO);
    CHECK_NOTHROW(journal.emplace(options_for(folder), host_table, ticker.board));
    REQUIRE(journal.has_value());
    CHECK(journal->restored().size() == 3);
    journal->start();
    ticker.pass(1s);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!journal->degraded() && std::chrono::steady_clock::now() < deadline) journal->wake();
    CHECK(has(journal->status().reason,
              "history.db: cannot tell whether it is there: Input/output error"));
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (journal->degraded() && std::chrono::steady_clock::now() < deadline) {
    ticker.pass(1s);
    journal->wake();
    (void)journal->wait_for_action(1, 10ms);
  }
  CHECK_FALSE(journal->degraded());
  CHECK_FALSE(has_file(folder.path(), "history.db.corrupt"));
}

TEST_CASE(
    "a registry that the disk does not tell of is not taken for empty: nothing revoked returns") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  live(folder);
  disk.set(FaultyDisk::Fault::kUnreadable, "flatline.db");
  const FaultyStat faulty("flatline.db", EIO);
  HostTable host_table(kCapacity, 0);
  const Ticker ticker(kCapacity);
  CHECK(has(message_of<Failure>(
                [&] { const Journal journal(options_for(folder), host_table, ticker.board); }),
            "flatline.db: cannot read it"));
}

TEST_CASE("who looks back or checks the folder is told that the disk does not tell, and why") {
  const TemporaryFolder folder;
  live(folder);
  const FaultyStat faulty(".db", ESTALE);
  CHECK(message_of<Failure>([&] { const HistoryReader reader(folder.path()); }) ==
        (folder / kHistoryFile).string() + ": cannot tell whether it is there: Stale file handle");
  CHECK(message_of<Failure>([&] { (void)check_data(folder.path(), kFirstWall); }) ==
        (folder / kRegistryFile).string() + ": cannot tell whether it is there: Stale file handle");
}

TEST_CASE(
    "a folder that the disk does not tell of is told with the disk's reason, not as another's") {
  for (const int error : {EIO, ESTALE, EACCES}) {
    const TemporaryFolder folder;
    const fs::path data = folder / "data";
    FolderLock lock(data);
    {
      const FaultyStat faulty("/data", error);
      CHECK(message_of<Failure>([&] { lock.hold(); }) ==
            "--data " + data.string() + ": cannot tell whether it is still there: " +
                std::generic_category().message(error));
    }
    CHECK_NOTHROW(lock.hold());
  }
}

TEST_CASE("--check-data calls nothing broken that it could not read") {
  const TemporaryFolder folder;
  live(folder);
  std::int64_t mishaps = 1;
  for (std::int64_t granted = 0; mishaps > 0; granted += 3) {
    CAPTURE(granted);
    for (const std::int64_t times : {std::int64_t{1}, std::int64_t{1'000'000}}) {
      FaultyDisk disk;
      disk.befall(FaultyDisk::Call::kRead, FaultyDisk::Mishap::kError, granted, times);
      const DataReport report = check_data(folder.path(), kFirstWall);
      mishaps = disk.befallen().mishaps;
      CAPTURE(report.text);
      CHECK(report.sound);
      CHECK(report.text.find("BROKEN") == std::string::npos);
    }
  }
}

TEST_CASE("a lock that is refused leaves no descriptor open") {
  const TemporaryFolder folder;
  const FolderLock lock(folder.path());
  const std::size_t before = open_descriptors();
  CHECK_THROWS_AS(FolderLock(folder.path()), Failure);
  CHECK(is_folder_locked(folder.path()));
  CHECK(open_descriptors() == before);
}

TEST_CASE("a lock that fails is told with the system's reason, and not as another collector's") {
  const TemporaryFolder folder;
  const FaultyLock lock(EIO);
  const std::string told = message_of<Failure>([&] { const FolderLock refused(folder.path()); });
  CHECK(told == "--data " + folder.path().string() + ": cannot lock it: Input/output error");
  CHECK(message_of<Failure>([&] { (void)is_folder_locked(folder.path()); }) ==
        folder.path().string() + ": cannot tell whether it is locked: Input/output error");
}

TEST_CASE("without memory the journal's thread is degraded, not the program's end, and goes on") {
  const TemporaryFolder folder;
  HostTable host_table(kCapacity, 0);
  Ticker ticker(kCapacity);
  {
    Journal journal(options_for(folder), host_table, ticker.board);
    journal.start();
    host_table.write(1, host_at(1));
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    const auto in_time = [&] { return std::chrono::steady_clock::now() < deadline; };
    {
      const ScarceMemory scarce(0);
      for (int turn = 0; turn < 20; ++turn) {
        host_table.mark_changed(1);
        ticker.pass(1s);
        journal.wake();
        (void)journal.wait_for_action(1, 5ms);
      }
      // A disk that takes its time is told, too, before any memory was asked for.
      while (!(journal.degraded() && scarce.has_refused()) && in_time()) journal.wake();
      CHECK(journal.degraded());
      CHECK(scarce.has_refused());
    }
    while (journal.degraded() && in_time()) {
      ticker.pass(1s);
      journal.wake();
      (void)journal.wait_for_action(1, 10ms);
    }
    CHECK_FALSE(journal.degraded());
    CHECK(journal.status().reason == "");
  }
  Database stored(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
  CHECK(stored.number("SELECT count(*) FROM tenancy") == 1);
}
