// Trouble with the disk: the status says what is wrong, verdicts and the other file go on, and the
// journal recovers by itself when the cause is gone.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <functional>

#include "collector/journal/history_reader.h"
#include "collector/journal/journal.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
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

JournalOptions options_for(const TemporaryFolder& folder) {
  JournalOptions options;
  options.folder = folder.path();
  options.capacity = kCapacity;
  options.history_step = 1s;
  options.history_keep = 60s;
  return options;
}

}  // namespace

TEST_CASE("a full, read-only or broken disk is told, loses steps alone, and heals by itself") {
  struct Row {
    FaultyDisk::Fault fault;
    const char* said;
  };
  for (const Row& row :
       {Row{FaultyDisk::Fault::kFull, "full"}, Row{FaultyDisk::Fault::kReadOnly, "readonly"},
        Row{FaultyDisk::Fault::kBroken, "I/O error"}}) {
    CAPTURE(row.said);
    FaultyDisk disk;
    TemporaryFolder folder;
    Storage storage(folder.path());
    storage.enter(1);
    storage.tick();
    REQUIRE(storage.well());
    disk.set(row.fault);
    for (std::uint32_t slot = 2; slot < 6; ++slot) {
      storage.enter(slot);
      storage.tick();
      CHECK(storage.registry.trouble().find(row.said) != std::string::npos);
      CHECK(storage.history.trouble().find(row.said) != std::string::npos);
    }
    CHECK(storage.stored() == 1);
    disk.set(FaultyDisk::Fault::kNone);
    storage.tick();
    CHECK(storage.well());
    CHECK(storage.stored() == 5);
    CHECK(storage.history.lost_steps() == 4);
    storage.tick();
    CHECK(storage.history.lost_steps() == 4);
    CHECK_FALSE(has_file(folder.path(), "flatline.db.corrupt"));
  }
}

TEST_CASE("trouble with one file does not stop the other") {
  FaultyDisk disk;
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.tick();
  disk.set(FaultyDisk::Fault::kFull, "history.db");
  storage.enter(1);
  storage.tick();
  CHECK(storage.registry.trouble() == "");
  CHECK(storage.history.trouble() != "");
  CHECK(storage.stored() == 1);
  disk.set(FaultyDisk::Fault::kFull, "flatline.db");
  storage.enter(2);
  storage.tick();
  CHECK(storage.registry.trouble() != "");
  CHECK(storage.history.trouble() == "");
  HistoryReader reader(folder.path());
  CHECK(reader.list(storage.ticker.wall(), storage.ticker.wall()).size() == 1);
}

TEST_CASE("a file locked by somebody else is waited for from tick to tick") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.enter(1);
  storage.tick();
  {
    Database registry(folder / kRegistryFile, 0, Database::Mode::kExisting);
    Database history(folder / kHistoryFile, 0, Database::Mode::kExisting);
    const Transaction one(registry);
    const Transaction other(history);
    storage.enter(2);
    storage.tick();
    CHECK(storage.registry.trouble().find("locked") != std::string::npos);
    CHECK(storage.history.trouble().find("locked") != std::string::npos);
  }
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 2);
}

TEST_CASE("deleted files are made anew, with everybody in them and a higher number of the start") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  const std::uint64_t start = storage.registry.start().start_number;
  for (std::uint32_t slot = 0; slot < 50; ++slot) storage.enter(slot);
  storage.tick();
  for (const char* file : {kRegistryFile, kHistoryFile}) {
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(folder / (file + std::string(part)));
  }
  storage.tick();
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 50);
  HistoryReader reader(folder.path());
  CHECK(reader.list(kFirstWall, storage.ticker.wall()).size() >= 1);
  Database registry(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
  CHECK(registry.number("SELECT starts FROM collector") >= static_cast<std::int64_t>(start));
  // The checkpoint came at once, too.
  CHECK(registry.number("SELECT count(*) FROM checkpoint WHERE bytes != zeroblob(4032)") == 3);
}

TEST_CASE("a log deleted under us is noticed, and readers find every step again") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.tick();
  fs::remove(folder / "history.db-wal");
  fs::remove(folder / "flatline.db-wal");
  storage.enter(1);
  for (int tick = 0; tick < 3; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 1);
  HistoryReader reader(folder.path());
  CHECK(reader.list(kFirstWall, storage.ticker.wall()).size() == 4);
}

TEST_CASE("a folder that went away is waited for, and never made under a missing mount") {
  TemporaryFolder folder;
  const fs::path data = folder / "data";
  Storage storage(data);
  storage.enter(1);
  storage.tick();
  fs::rename(data, folder / "gone");
  storage.enter(2);
  storage.tick();
  CHECK_FALSE(storage.well());
  CHECK_FALSE(fs::exists(data));
  fs::rename(folder / "gone", data);
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 2);
  // A new folder in its place is not locked yet, so the journal takes it.
  fs::remove_all(data);
  storage.tick();
  CHECK_FALSE(storage.well());
  fs::create_directories(data);
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 2);
  CHECK(message_of<Failure>([&] { FolderLock second(data); }).find("another collector uses it") !=
        std::string::npos);
}

TEST_CASE("corrupt files are set aside with everything that was in them, and new ones begin") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  for (std::uint32_t slot = 0; slot < 50; ++slot) storage.enter(slot);
  for (int tick = 0; tick < 4; ++tick) storage.tick();
  // Overwrites bytes in the pages of the tables, but not in the first page.
  for (const char* file : {kRegistryFile, kHistoryFile}) {
    std::string content = content_of(folder / file);
    for (std::size_t i = 4096; i < content.size(); i += 64) content[i] = static_cast<char>(0xEE);
    std::FILE* stream = std::fopen((folder / file).c_str(), "r+b");
    REQUIRE(stream != nullptr);
    REQUIRE(std::fwrite(content.data(), 1, content.size(), stream) == content.size());
    std::fclose(stream);
    // This makes SQLite read the pages anew that it has cached.
    Database(folder / file, 1000).run("PRAGMA application_id = 1");
  }
  storage.enter(51);
  for (int tick = 0; tick < 3; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 51);
  CHECK(has_file(folder.path(), "flatline.db.corrupt-"));
  CHECK(has_file(folder.path(), "history.db.corrupt-"));
}

TEST_CASE("a registry that was emptied, cut or written over is made anew while all is in memory") {
  const auto write_at = [](const fs::path& file, long at, const std::string& bytes) {
    std::FILE* const stream = std::fopen(file.c_str(), "r+b");
    REQUIRE(stream != nullptr);
    REQUIRE(std::fseek(stream, at, SEEK_SET) == 0);
    REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size());
    std::fclose(stream);
  };
  using Damage = std::function<void(const fs::path&)>;
  for (const auto& damage :
       {Damage([](const fs::path& file) { fs::resize_file(file, 0); }),
        Damage([](const fs::path& file) { fs::resize_file(file, 8192); }),
        Damage([](const fs::path& file) { fs::resize_file(file, fs::file_size(file) + 4096); }),
        Damage([&](const fs::path& file) { write_at(file, 3, "!"); }),
        Damage([&](const fs::path& file) { write_at(file, 30, std::string(1, '\x7f')); })}) {
    TemporaryFolder folder;
    Storage storage(folder.path());
    for (std::uint32_t slot = 0; slot < 50; ++slot) storage.enter(slot);
    for (int tick = 0; tick < 4; ++tick) storage.tick();
    CHECK_FALSE(has_file(folder.path(), "flatline.db.corrupt-"));
    damage(folder / kRegistryFile);
    storage.tick();
    CHECK(storage.well());
    CHECK(storage.stored() == 50);
    CHECK(has_file(folder.path(), "flatline.db.corrupt-"));
    // The checkpoint came at once, too.
    Database registry(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
    CHECK(registry.number("SELECT count(*) FROM checkpoint WHERE bytes != zeroblob(4032)") == 3);
  }
}

TEST_CASE("a history that is empty or of no shape is set aside at once, and a new one begins") {
  for (const char* content : {"", "This is no database, and never was one, whatever it says."}) {
    TemporaryFolder folder;
    write_content(folder / kHistoryFile, content);
    Storage storage(folder.path());
    for (int tick = 0; tick < 3; ++tick) storage.tick();
    CHECK(storage.well());
    CHECK(has_file(folder.path(), "history.db.corrupt-"));
    HistoryReader reader(folder.path());
    CHECK(reader.list(kFirstWall, storage.ticker.wall()).size() >= 1);
  }
}

TEST_CASE("nothing that is deleted in the folder lets a second collector in") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.enter(1);
  storage.tick();
  for (const auto& entry : fs::directory_iterator(folder.path())) fs::remove_all(entry);
  CHECK_THROWS_AS(FolderLock(folder.path()), Failure);
  storage.tick();
  storage.tick();
  CHECK(storage.well());
  CHECK_THROWS_AS(FolderLock(folder.path()), Failure);
}

TEST_CASE("a folder in the place of ours that another collector took first is not written to") {
  TemporaryFolder folder;
  const fs::path data = folder / "data";
  Storage storage(data);
  storage.tick();
  fs::rename(data, folder / "gone");
  {
    const FolderLock other(data);
    storage.enter(1);
    storage.tick();
    CHECK(storage.registry.trouble().find("another collector uses it") != std::string::npos);
    CHECK(storage.history.trouble().find("another collector uses it") != std::string::npos);
    CHECK(fs::is_empty(data));
    CHECK(storage.taken_over == 0);
  }
  for (int tick = 0; tick < 3; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 1);
  CHECK(storage.taken_over == 1);
}

TEST_CASE("whoever waits for what cannot be stored is told why when it is told that") {
  FaultyDisk disk;
  TemporaryFolder folder;
  HostTable host_table(kCapacity, 0);
  Ticker ticker(kCapacity);
  Journal journal(options_for(folder), host_table, ticker.board);
  journal.start();
  disk.set(FaultyDisk::Fault::kFull);
  host_table.write(1, host_at(1));
  host_table.mark_changed(1);
  REQUIRE_FALSE(journal.wait_for_action(1, 1min));
  CHECK(journal.status().reason.find("full") != std::string::npos);
}

TEST_CASE("a disk that hangs is told while it does, and holds nobody up but the journal's thread") {
  FaultyDisk disk;
  TemporaryFolder folder;
  HostTable host_table(kCapacity, 0);
  Ticker ticker(kCapacity);
  {
    Journal journal(options_for(folder), host_table, ticker.board);
    disk.hold();
    journal.start();
    host_table.write(1, host_at(1));
    host_table.mark_changed(1);
    // The thread may miss a wake; in the collector the next tick wakes it again.
    REQUIRE(disk.await_held([&] { journal.wake(); }));
    // These are the calls of the loop. None of them waits, and they tell since when an answer is
    // missing.
    journal.wake();
    for (int tick = 1; tick <= 10; ++tick) {
      CAPTURE(tick);
      ticker.pass(1s);
      journal.wake();
      const StorageStatus now = journal.status();
      const bool told = tick > 2;
      CHECK(journal.degraded() == told);
      CHECK(now.degraded == told);
      CHECK(now.lost_steps == (told ? tick - 1U : 0U));
      const std::string said = fmt::format("the disk has not answered for {} s", tick);
      CHECK((now.reason.find(said) != std::string::npos) == told);
    }
    disk.release();
    // It recovers by itself. No tick passes while this waits.
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (journal.degraded() && std::chrono::steady_clock::now() < deadline) journal.wake();
    CHECK_FALSE(journal.degraded());
    CHECK(journal.status().reason == "");
  }
  // Afterwards the host and the newest view are stored. The steps between, while the disk hung, are
  // not.
  Database registry(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
  CHECK(registry.number("SELECT count(*) FROM tenancy") == 1);
  CHECK(registry.number("SELECT count(*) FROM checkpoint WHERE bytes != zeroblob(4032)") == 3);
}

TEST_CASE("a watch tells a disk that hangs from one that is slow, idle, or stood still with us") {
  const auto at = [](Milliseconds since) {
    return Moment{kFirstInstant + since, kFirstWall + since};
  };
  DiskWatch watch;
  for (const auto& now : {0ms, 60'000ms}) CHECK(watch.look(at(now)) == 0ms);
  watch.ask();
  // The collector paused for a minute during a write. The disk gets its time from the next look on.
  CHECK(watch.look(at(60'100ms)) == 0ms);
  CHECK(watch.look(at(120'100ms)) == 0ms);
  watch.ask();
  for (Milliseconds now = 121'000ms; now <= 123'000ms; now += 500ms)
    CHECK(watch.look(at(now)) == 0ms);
  CHECK(watch.since().wall == kFirstWall + 121'000ms);
  CHECK(watch.look(at(123'001ms)) == 2'001ms);
  CHECK(watch.look(at(133'000ms)) == 12'000ms);
  // The disk answers, and is slow with the next request.
  watch.ask();
  CHECK(watch.look(at(133'100ms)) == 0ms);
  CHECK(watch.look(at(134'000ms)) == 0ms);
  CHECK(watch.look(at(136'000ms)) == 2'900ms);
  watch.rest();
  CHECK(watch.look(at(200'000ms)) == 0ms);
}
