// A damaged page of the history is a gap: readers go on, the file is mended with every other step,
// and a disk that reads it wrong once costs nothing.

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>

#include "collector/journal/history_reader.h"
#include "collector/journal/past_files.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

bool was_set_aside(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("history.db.corrupt-")) return true;
  }
  return false;
}

/// A history that has gone once around its ring, and its keeper.
struct History {
  History() : lock(folder.path()), ticker(kCapacity) { begin(); }

  void begin() {
    keeper.emplace(folder.path(), kShape, &broken);
    for (int step = 0; step < 14; ++step) tick();
    REQUIRE(keeper->trouble() == "");
  }
  void tick() {
    ticker.pass(1s);
    while (keeper->turn(ticker.board, lock)) {
    }
  }
  /// Damages the page of the step that is `age` steps old, while nobody has the file open.
  void damage(std::uint64_t age, std::size_t at, char to) {
    keeper.reset();
    Database pages(file(), 0, Database::Mode::kExisting);
    // A chunk fills its page, and the rows were made in their order.
    const std::int64_t row = kShape.row(kShape.number_at(ticker.wall()) - age, 0);
    Statement page(pages,
                   "SELECT pageno FROM dbstat WHERE name = 'chunk' AND pagetype = 'leaf'"
                   " ORDER BY path LIMIT 1 OFFSET ?1");
    page.bind(1, row);
    REQUIRE(page.step());
    position = static_cast<std::size_t>(page.number(0) - 1) * kDatabasePageBytes + at;
    value = to;
  }
  void apply() {
    std::string content = content_of(file());
    content[position] = value;
    write_content(file(), content);
    keeper.emplace(folder.path(), kShape, &broken);
  }
  [[nodiscard]] fs::path file() const { return folder / kHistoryFile; }
  std::size_t steps_listed() {
    return HistoryReader(folder.path(), &broken).list(ticker.wall() - 11s, ticker.wall()).size();
  }

  TemporaryFolder folder;
  FolderLock lock;
  Ticker ticker;
  BrokenPages broken;
  std::optional<HistoryKeeper> keeper;
  std::size_t position = 0;
  char value = 0;
};

}  // namespace

TEST_CASE("a damaged page is a gap to whoever looks back, and every other step is told") {
  for (const std::size_t at : {std::size_t{0}, std::size_t{2000}}) {
    CAPTURE(at);
    History history;
    CHECK(history.steps_listed() == 12);
    history.damage(5, at, 0x55);
    history.apply();
    CHECK(history.steps_listed() == 11);
    HistoryReader reader(history.folder.path());
    std::vector<std::uint8_t> planes(kCapacity);
    const auto before = reader.read(history.ticker.wall() - 5s, planes);
    REQUIRE(before.has_value());
    CHECK(before->time == history.ticker.wall() - 6s);
    CHECK(reader.read_slot(3, history.ticker.wall() - 11s, history.ticker.wall()).size() == 11);
    { const Registry made(history.folder / kRegistryFile, kCapacity, kFirstWall); }
    CHECK(open_past(history.folder.path())
              ->list(history.ticker.wall() - 11s, history.ticker.wall())
              .size() == 11);
  }
}

TEST_CASE("a page that a reader found damaged is mended at the next step, and no other is lost") {
  History history;
  history.damage(5, 0, 0x55);
  history.apply();
  CHECK(history.steps_listed() == 11);
  history.tick();
  CHECK(history.keeper->trouble() == "");
  CHECK(was_set_aside(history.folder.path()));
  CHECK(history.steps_listed() == 11);  // The new one, and one less of the oldest.
  CHECK(history.broken.take().empty());
  for (int step = 0; step < 12; ++step) history.tick();
  CHECK(history.keeper->trouble() == "");
  CHECK(history.steps_listed() == 12);
}

TEST_CASE("a chunk with a wrong bit is wiped when a reader has found it, and counts as lost") {
  History history;
  history.damage(5, 2000, 0x55);
  history.apply();
  CHECK(history.steps_listed() == 11);
  history.tick();
  CHECK(history.keeper->trouble() == "");
  CHECK(history.keeper->lost_steps() == 1);
  CHECK_FALSE(was_set_aside(history.folder.path()));
  CHECK(history.steps_listed() == 11);
  CHECK(history.broken.take().empty());
}

TEST_CASE("a damaged page that the ring comes to costs its own step alone") {
  History history;
  history.damage(7, 0, 0x55);
  history.apply();
  for (int step = 0; step < 4; ++step) history.tick();
  CHECK(history.keeper->trouble() == "");
  CHECK_FALSE(was_set_aside(history.folder.path()));
  history.tick();
  CHECK(history.keeper->trouble() == "");
  CHECK(was_set_aside(history.folder.path()));
  CHECK(history.steps_listed() == 12);
}

TEST_CASE("a read of the history that fails once sets nothing aside, whichever it is") {
  using enum FaultyDisk::Mishap;
  for (const auto mishap : {kError, kTorn, kFlipped}) {
    std::int64_t mishaps = 1;
    for (std::int64_t granted = 0; mishaps > 0 && granted < 24; granted += 2) {
      CAPTURE(static_cast<int>(mishap));
      CAPTURE(granted);
      FaultyDisk disk;
      History history;
      history.keeper.emplace(history.folder.path(), kShape, &history.broken);
      disk.befall(FaultyDisk::Call::kRead, mishap, granted, 1, kHistoryFile);
      for (int step = 0; step < 13; ++step) history.tick();
      mishaps = disk.befallen().mishaps;
      disk.befall(FaultyDisk::Call::kRead, mishap, 0, 0);
      history.tick();
      CHECK_FALSE(was_set_aside(history.folder.path()));
      CHECK(history.keeper->trouble() == "");
      CHECK(history.steps_listed() >= 11);
    }
  }
}
