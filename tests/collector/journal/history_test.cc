// The history's file: how much a step writes never depends on its content, and what is read is what
// was stored, or a gap.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/history_reader.h"
#include "collector/view/slot_bytes.h"
#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

/// A step has three chunks, and the ring wraps around after 12 steps.
const HistoryShape kShape{10'048, 12, 1s};

/// Takes turns until the newest view's step is stored.
void store(HistoryKeeper& keeper, const Ticker& ticker, FolderLock& lock) {
  while (keeper.turn(ticker.board, lock)) {
  }
}

std::map<std::string, std::uintmax_t> sizes(const std::filesystem::path& folder) {
  std::map<std::string, std::uintmax_t> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    found[entry.path().filename()] = entry.file_size();
  }
  return found;
}

}  // namespace

TEST_CASE("a step writes the same bytes and pages, whoever is enrolled, fails or flaps") {
  FaultyDisk disk;
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kShape);
  Ticker ticker(kShape.capacity);
  const auto step = [&](const std::function<std::uint8_t(std::uint32_t)>& planes) {
    ticker.pass(1s);
    ticker.set(planes);
    store(keeper, ticker, lock);
    REQUIRE(keeper.trouble() == "");
    return keeper.last_cost();
  };
  step([](std::uint32_t) { return 0; });  // This makes the file and begins the log.
  const auto final_sizes = sizes(folder.path());
  disk.take_written();
  step([](std::uint32_t) { return 0; });
  const WriteCost cost = keeper.last_cost();
  const FaultyDisk::Written written = disk.take_written();
  CHECK(cost.bytes == 3 * 4032);
  CHECK(cost.pages == 3);
  CHECK(cost.wal_frames == 3);
  CHECK(written.bytes >= 2 * 3 * 4096);  // Each page goes to the log, and from there into the file.

  struct Row {
    const char* name;
    std::function<std::uint8_t(std::uint32_t)> planes;
  };
  int flip_flop = 0;
  const auto part = [](unsigned percent, std::uint8_t yes, std::uint8_t no) {
    return [=](std::uint32_t slot) { return slot % 100 < percent ? yes : no; };
  };
  const std::vector<Row> rows = {{"1 % enrolled", part(1, healthy_planes(), 0)},
                                 {"all healthy", part(100, healthy_planes(), 0)},
                                 {"the same again", part(100, healthy_planes(), 0)},
                                 {"half failing", part(50, failing_planes(), healthy_planes())},
                                 {"all failing", part(100, failing_planes(), 0)},
                                 {"all silent", part(100, silent_planes(), 0)},
                                 {"all bits", part(100, 0xFF, 0)},
                                 {"flapping", [&](std::uint32_t slot) {
                                    return (slot + flip_flop) % 2 == 0 ? healthy_planes()
                                                                       : failing_planes();
                                  }}};
  // 30 steps are more than two rounds of the ring.
  for (; flip_flop < 30; ++flip_flop) {
    const Row& row = rows[static_cast<std::size_t>(flip_flop) % rows.size()];
    CAPTURE(row.name);
    const WriteCost now = step(row.planes);
    CHECK(now.bytes == cost.bytes);
    CHECK(now.pages == cost.pages);
    CHECK(now.wal_frames == cost.wal_frames);
    CHECK(disk.take_written() == written);
    CHECK(sizes(folder.path()) == final_sizes);
  }
  CHECK(keeper.lost_steps() == 0);
}

TEST_CASE("the file's size is as told before it is made") {
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kShape);
  Ticker ticker(kShape.capacity);
  store(keeper, ticker, lock);
  const auto found = sizes(folder.path());
  const std::uintmax_t taken = found.at("history.db") + found.at("history.db-wal");
  CHECK(taken <= history_file_bytes(kShape));
  CHECK(found.count("history.db.partial") == 0);
}

TEST_CASE("what was stored is read back, step for step, slot for slot; a missing one is a gap") {
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kShape);
  Ticker ticker(kShape.capacity);
  const auto planes_at = [](std::uint32_t step, std::uint32_t slot) {
    return static_cast<std::uint8_t>(slot * 7 + step * 13 + slot / 256);
  };
  std::map<std::uint32_t, WallTime> stored;
  for (std::uint32_t step = 0; step < 20; ++step) {
    ticker.set([&](std::uint32_t slot) { return planes_at(step, slot); });
    ticker.view.head.counts.hosts = step;
    ticker.pass(0ms);
    if (step != 15) store(keeper, ticker, lock);
    // The ring holds the last 12 steps. In the place of a missing one it still holds the step
    // before.
    if (step == 3 || (step >= 8 && step != 15)) stored[step] = ticker.wall();
    ticker.pass(1s);
  }
  CHECK(keeper.lost_steps() == 1);

  HistoryReader reader(folder.path());
  CHECK(reader.shape() == kShape);
  const auto heads = reader.list(kFirstWall - 1h, kFirstWall + 1h);
  REQUIRE(heads.size() == stored.size());
  auto next = stored.begin();
  for (const StepHead& head : heads) {
    CHECK(head.time == next->second);
    CHECK(head.counts.hosts == next->first);
    ++next;
  }
  CHECK(reader.list(kFirstWall + 9s, kFirstWall + 10s).size() == 2);

  std::vector<std::uint8_t> planes(kShape.capacity);
  for (const auto& [step, wall] : stored) {
    CAPTURE(step);
    // A step holds until the last millisecond before the next one.
    const auto head = reader.read(wall + 999ms, planes);
    REQUIRE(head);
    CHECK(head->time == wall);
    for (std::uint32_t slot = 0; slot < kShape.capacity; ++slot) {
      REQUIRE(planes[slot] == planes_at(step, slot));
    }
  }
  // In a gap, the step before it is found, as its time shows.
  CHECK(reader.read(kFirstWall + 15s, planes)->time == kFirstWall + 14s);
  // Steps 4 to 7 are overwritten.
  CHECK(reader.read(kFirstWall + 7s, planes)->time == kFirstWall + 3s);
  CHECK_FALSE(reader.read(kFirstWall + 2s, planes));

  for (const std::uint32_t slot : {0U, 3839U, 3840U, kShape.capacity - 1}) {
    CAPTURE(slot);
    const auto steps = reader.read_slot(slot, kFirstWall + 4s, kFirstWall + 12s);
    REQUIRE(steps.size() == 5);  // These are steps 8 to 12.
    for (std::uint32_t i = 0; i < 5; ++i) CHECK(steps[i].planes == planes_at(8 + i, slot));
  }
}

TEST_CASE("a step of which one page is flipped, or of another step, is a gap") {
  TemporaryFolder folder;
  Ticker ticker(kShape.capacity);
  {
    FolderLock lock(folder.path());
    HistoryKeeper keeper(folder.path(), kShape);
    ticker.set([](std::uint32_t) { return 0x5A; });
    for (int step = 0; step < 5; ++step) {
      store(keeper, ticker, lock);
      ticker.pass(1s);
    }
  }
  const auto file = folder / kHistoryFile;
  std::vector<std::uint8_t> planes(kShape.capacity);
  const auto newest = [&] {
    HistoryReader reader(folder.path());
    const auto head = reader.read(kFirstWall + 10s, planes);
    return head ? head->time : WallTime{};
  };
  REQUIRE(newest() == kFirstWall + 4s);
  const std::uint64_t number = kShape.number_at(kFirstWall + 4s);
  {
    // The second chunk of the newest step gets the stamp of another step.
    Database database(file, 1000, Database::Mode::kExisting);
    std::vector<std::byte> bytes(kChunkBytes);
    Transaction transaction(database);
    {
      Blob from(database, "chunk", "bytes", kShape.row(number - 1, 1), Blob::Use::kRead);
      from.read(bytes);
      Blob to(database, "chunk", "bytes", kShape.row(number, 1), Blob::Use::kWrite);
      to.write(bytes);
    }
    transaction.commit();
  }
  CHECK(newest() == kFirstWall + 3s);
  {
    Database database(file, 1000, Database::Mode::kExisting);
    std::vector<std::byte> bytes(kChunkBytes);
    Transaction transaction(database);
    {
      Blob blob(database, "chunk", "bytes", kShape.row(number - 1, 2), Blob::Use::kWrite);
      blob.read(bytes);
      bytes[kChunkBytes - 1] ^= std::byte{4};
      blob.write(bytes);
    }
    transaction.commit();
  }
  CHECK(newest() == kFirstWall + 2s);
}

TEST_CASE("a reader that sits on the log bounds it: steps are lost and counted, then all is well") {
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kShape);
  Ticker ticker(kShape.capacity);
  store(keeper, ticker, lock);
  const auto log = folder / "history.db-wal";
  const std::uintmax_t calm = std::filesystem::file_size(log);
  {
    Database reader(folder / kHistoryFile, 0, Database::Mode::kReadOnly);
    const Transaction transaction(reader, Transaction::Kind::kRead);
    CHECK(reader.number("SELECT count(*) FROM chunk") == kShape.rows());
    for (int step = 0; step < 11; ++step) {
      ticker.pass(1s);
      store(keeper, ticker, lock);
      CHECK(std::filesystem::file_size(log) <= (kHistoryWalSteps + 1) * calm);
    }
    CHECK(keeper.trouble().find("a reader holds its log") != std::string::npos);
    CHECK(keeper.lost_steps() >= 2);
  }
  ticker.pass(1s);
  store(keeper, ticker, lock);
  const std::uint64_t lost = keeper.lost_steps();
  for (int step = 0; step < 3; ++step) {
    ticker.pass(1s);
    store(keeper, ticker, lock);
  }
  CHECK(keeper.trouble() == "");
  CHECK(keeper.lost_steps() == lost);
  CHECK(std::filesystem::file_size(log) == calm);
}

TEST_CASE("another shape is refused by name, an unfinished file is begun anew") {
  TemporaryFolder folder;
  Ticker ticker(kShape.capacity);
  write_content(folder / kUnfinishedHistoryFile, "left by a crash");
  CHECK(message_of<Failure>([&] {
          HistoryReader reader(folder.path());
        }).find("still being made") != std::string::npos);
  {
    FolderLock lock(folder.path());
    HistoryKeeper keeper(folder.path(), kShape);
    store(keeper, ticker, lock);
    CHECK(keeper.trouble() == "");
  }
  CHECK(message_of<Failure>([&] {
          HistoryRing ring(folder / kHistoryFile, {kShape.capacity, 24, 1s});
        }).find("holds 12 steps of 1s for 10048 slots, not 24 steps of 1s for 10048 slots") !=
        std::string::npos);
}

TEST_CASE("wall clocks that jump lose nothing and number anew") {
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kShape);
  Ticker ticker(kShape.capacity);
  store(keeper, ticker, lock);
  for (const Milliseconds jump : {Milliseconds{1h}, Milliseconds{-2h}, Milliseconds{24h}}) {
    ticker.view.head.time += jump;
    ticker.pass(1s);
    store(keeper, ticker, lock);
    CHECK(keeper.lost_steps() == 0);
    HistoryReader reader(folder.path());
    CHECK(reader.list(ticker.wall(), ticker.wall()).size() == 1);
  }
}
