// Histories whose steps held less, or more, go on in a new file without the loss of a step; until
// that one is finished, the old one stays what it was.

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/history_reader.h"
#include "collector/view/cause_name.h"
#include "schema/program/wall_time.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

/// What a step of the golden file says of its first ten slots: healthy, failing or silent.
struct GoldenStep {
  std::uint64_t number;
  const char* hosts;
};
/// Of 64 slots, 8 steps of 2 s, written by the last version that knew schema 1.
constexpr GoldenStep kGolden[] = {{898'000'823, "hhhhhhhhhh"}, {898'000'824, "hhfffhhhff"},
                                  {898'000'825, "hhfffhhhff"}, {898'000'826, "hhfffhhhff"},
                                  {898'000'827, "hhfffhhhff"}, {898'000'828, "hhfffhhhhh"},
                                  {898'000'829, "hhssshhhhh"}, {898'000'830, "hhssshhhhh"}};
const HistoryShape kGoldenShape{64, 8, 2s};
const HistoryShape kFull{64, 8, 2s, true, true};

std::string hosts_of(std::span<const std::uint8_t> planes) {
  std::string text;
  for (const std::uint8_t byte : planes.first(10)) {
    const HostState state = host_state_of(byte);
    text += state == HostState::kHealthy ? 'h' : state == HostState::kFailing ? 'f' : 's';
  }
  return text;
}

/// The steps of a folder's history, as `NUMBER HOSTS`.
std::vector<std::string> steps_in(const fs::path& folder) {
  HistoryReader reader(folder);
  std::vector<std::string> steps;
  std::vector<std::uint8_t> planes(reader.shape().capacity);
  for (const StepHead& head : reader.list(WallTime{}, WallTime{} + 24h * 400 * 200)) {
    REQUIRE(reader.read(head.time, planes));
    steps.push_back(std::to_string(head.number) + " " + hosts_of(planes));
  }
  return steps;
}

std::vector<std::string> golden_steps() {
  std::vector<std::string> steps;
  for (const GoldenStep& step : kGolden) {
    steps.push_back(std::to_string(step.number) + " " + step.hosts);
  }
  return steps;
}

void put_golden(const fs::path& folder) {
  write_content(folder / kHistoryFile, content_of(source_file("tests/golden") / "v1-history.db"));
}

/// Views whose clock goes on two seconds after the golden file's last step.
Ticker ticker_after_golden(const HistoryShape& shape) {
  return Ticker(shape.capacity);
}

void go_to(Ticker& ticker, WallTime wall) {
  ticker.pass(wall - ticker.wall());
}

WallTime time_of(const HistoryShape& shape, std::uint64_t number) {
  return WallTime{shape.step * static_cast<std::int64_t>(number)};
}

std::size_t files_in(const fs::path& folder) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++files;
  return files;
}

/// A history of more rows than one turn makes, each of whose steps holds planes alone.
struct LongHistory {
  LongHistory() {
    HistoryMaker maker(folder.path(), before);
    while (!maker.advance()) {
    }
    HistoryRing ring(folder / kHistoryFile, before);
    for (int step = 0; step < 20; ++step) {
      ticker.set([&](std::uint32_t slot) {
        return slot < 10 && slot % 3 == unsigned(step) % 3 ? failing_planes() : healthy_planes();
      });
      ring.write(before.number_at(ticker.wall()), ticker.view);
      ticker.pass(2s);
    }
  }

  HistoryShape before{64, 5000, 2s};
  HistoryShape after{64, 5000, 2s, true, true};
  TemporaryFolder folder;
  Ticker ticker{64};
};

}  // namespace

TEST_CASE("a history of schema 1 is read as it is") {
  TemporaryFolder folder;
  put_golden(folder.path());
  CHECK(steps_in(folder.path()) == golden_steps());
  HistoryReader reader(folder.path());
  CHECK(reader.shape() == kGoldenShape);
  for (const StepHead& head : reader.list(WallTime{}, time_of(kGoldenShape, 898'000'900))) {
    CHECK(head.work == StepWork{});
    CHECK(head.counts.hosts == 10);
    std::vector<std::uint8_t> causes(64, 9);
    CHECK_FALSE(reader.read_causes(head.number, causes));
    CHECK(causes == std::vector<std::uint8_t>(64, kNoCause));
  }
}

TEST_CASE("a history of schema 1 goes on with every step, and new ones hold causes") {
  TemporaryFolder folder;
  put_golden(folder.path());
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kFull);
  Ticker ticker = ticker_after_golden(kFull);
  go_to(ticker, time_of(kFull, 898'000'831));
  ticker.view.causes[2] = 7;
  ticker.set([](std::uint32_t slot) { return slot < 10 ? failing_planes() : std::uint8_t{0}; });
  while (keeper.turn(ticker.board, lock)) {
  }
  CHECK(keeper.trouble() == "");
  CHECK(keeper.lost_steps() == 0);
  std::vector<std::string> wanted = golden_steps();
  wanted.erase(wanted.begin());  // The ring came round.
  wanted.emplace_back("898000831 ffffffffff");
  CHECK(steps_in(folder.path()) == wanted);
  HistoryReader reader(folder.path());
  CHECK(reader.shape() == kFull);
  std::vector<std::uint8_t> causes(64);
  CHECK_FALSE(reader.read_causes(898'000'830, causes));
  REQUIRE(reader.read_causes(898'000'831, causes));
  CHECK(causes[2] == 7);
  const auto slot = reader.read_slot(2, time_of(kFull, 898'000'829), ticker.wall());
  REQUIRE(slot.size() == 3);
  CHECK(slot[1].cause == kNoCause);
  CHECK(slot[2].cause == 7);
  CHECK(files_in(folder.path()) == 2);  // The history and its log.
}

TEST_CASE("a migration that is killed leaves the old file whole, and begins anew") {
  LongHistory history;
  const auto wanted = steps_in(history.folder.path());
  REQUIRE(wanted.size() == 20);
  FolderLock lock(history.folder.path());
  for (int turns = 1; turns <= 4; ++turns) {
    HistoryKeeper killed(history.folder.path(), history.after);
    for (int turn = 0; turn < turns; ++turn) REQUIRE(killed.turn(history.ticker.board, lock));
    CHECK(fs::exists(history.folder / kUnfinishedHistoryFile));
    CHECK(steps_in(history.folder.path()) == wanted);
  }
  HistoryKeeper keeper(history.folder.path(), history.after);
  int turns = 0;
  while (keeper.turn(history.ticker.board, lock)) ++turns;
  CHECK(turns >= 4);  // Each is of bounded length.
  CHECK(keeper.trouble() == "");
  auto after = steps_in(history.folder.path());
  REQUIRE(after.size() == 21);
  after.pop_back();
  CHECK(after == wanted);
  CHECK(files_in(history.folder.path()) == 2);
}

TEST_CASE("what a crash left of the old file, after the new one had its name, is removed") {
  TemporaryFolder folder;
  put_golden(folder.path());
  write_content(folder / "history.db.older", "left");
  write_content(folder / "history.db.older-wal", "left");
  FolderLock lock(folder.path());
  HistoryKeeper keeper(folder.path(), kGoldenShape);
  Ticker ticker(64);
  while (keeper.turn(ticker.board, lock)) {
  }
  CHECK(keeper.trouble() == "");
  CHECK(files_in(folder.path()) == 2);
}

TEST_CASE("on a full disk the old history stays, and goes on when there is room") {
  FaultyDisk disk;
  LongHistory history;
  const auto wanted = steps_in(history.folder.path());
  FolderLock lock(history.folder.path());
  HistoryKeeper keeper(history.folder.path(), history.after);
  for (const char* part : {"history.db.partial", ""}) {
    disk.set(FaultyDisk::Fault::kFull, part);
    for (int step = 0; step < 3; ++step) {
      history.ticker.pass(2s);
      while (keeper.turn(history.ticker.board, lock)) {
      }
      CHECK(keeper.trouble().find("full") != std::string::npos);
      CHECK(steps_in(history.folder.path()) == wanted);
    }
  }
  disk.set(FaultyDisk::Fault::kNone);
  history.ticker.pass(2s);
  while (keeper.turn(history.ticker.board, lock)) {
  }
  CHECK(keeper.trouble() == "");
  auto after = steps_in(history.folder.path());
  REQUIRE(after.size() == 21);
  after.pop_back();
  CHECK(after == wanted);
}

TEST_CASE("causes that are no longer wanted, and wanted again, cost no step") {
  TemporaryFolder folder;
  FolderLock lock(folder.path());
  Ticker ticker(64);
  const HistoryShape without{64, 8, 2s, true, false};
  int stored = 0;
  for (const HistoryShape& shape : {kFull, without, kFull}) {
    HistoryKeeper keeper(folder.path(), shape);
    for (int step = 0; step < 2; ++step) {
      ticker.view.causes[3] = static_cast<std::uint8_t>(++stored);
      ticker.pass(2s);
      while (keeper.turn(ticker.board, lock)) {
      }
      REQUIRE(keeper.trouble() == "");
    }
    const auto steps = HistoryReader(folder.path()).read_slot(3, kFirstWall, ticker.wall());
    REQUIRE(steps.size() == std::size_t(stored));
    CHECK(steps.back().cause == (shape.causes ? stored : kNoCause));
  }
  CHECK(HistoryReader(folder.path()).read_slot(3, kFirstWall, ticker.wall())[0].cause == kNoCause);
}

TEST_CASE("a damaged page of the old history is a gap of the new one, and all else goes on") {
  LongHistory history;
  auto wanted = steps_in(history.folder.path());
  const std::uint64_t number = history.before.number_at(kFirstWall + 10s);
  {
    Database database(history.folder / kHistoryFile, 1000, Database::Mode::kExisting);
    std::vector<std::byte> bytes(kChunkBytes);
    Transaction transaction(database);
    {
      Blob blob(database, "chunk", "bytes", history.before.row(number, 0), Blob::Use::kWrite);
      blob.read(bytes);
      bytes[500] ^= std::byte{1};
      blob.write(bytes);
    }
    transaction.commit();
  }
  FolderLock lock(history.folder.path());
  HistoryKeeper keeper(history.folder.path(), history.after);
  while (keeper.turn(history.ticker.board, lock)) {
  }
  CHECK(keeper.trouble() == "");
  auto after = steps_in(history.folder.path());
  REQUIRE(after.size() == 20);
  after.pop_back();
  std::erase_if(wanted, [&](const std::string& step) {
    return step.starts_with(std::to_string(number) + " ");
  });
  CHECK(after == wanted);
}
