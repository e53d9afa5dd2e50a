// Steps that hold causes, the group table and the collector's work: always the same pages, read
// back as they were stored, and never more than they say.

#include <doctest/doctest.h>

#include <optional>

#include "collector/journal/check_data.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_keeper.h"
#include "collector/journal/history_reader.h"
#include "collector/journal/registry.h"
#include "schema/program/clock.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

/// Three chunks of planes, two of groups, three of causes.
const HistoryShape kFull{10'048, 12, 1s, true, true};
const HistoryShape kWithoutCauses{10'048, 12, 1s, true, false};

/// A keeper and the views that it stores, a second apart.
struct History {
  explicit History(const HistoryShape& with = kFull) : shape(with) {
    lock.emplace(folder.path());
    keeper.emplace(folder.path(), shape);
  }

  void step(const std::function<std::uint8_t(std::uint32_t)>& planes,
            const std::function<std::uint8_t(std::uint32_t)>& causes) {
    for (std::uint32_t slot = 0; slot < shape.capacity; ++slot) {
      ticker.view.causes[slot] = causes(slot);
    }
    ticker.set(planes);
    ticker.pass(1s);
    while (keeper->turn(ticker.board, *lock)) {
    }
    REQUIRE(keeper->trouble() == "");
  }
  /// The causes of the newest step; empty where it holds none.
  [[nodiscard]] std::vector<std::uint8_t> causes() const {
    HistoryReader reader(folder.path());
    std::vector<std::uint8_t> bytes(shape.capacity);
    const auto head = reader.read(ticker.wall(), bytes);
    REQUIRE(head);
    if (!reader.read_causes(head->number, bytes)) bytes.clear();
    return bytes;
  }

  HistoryShape shape;
  TemporaryFolder folder;
  std::optional<FolderLock> lock;
  Ticker ticker{kFull.capacity};
  std::optional<HistoryKeeper> keeper;
};

const auto kAllHealthy = [](std::uint32_t) { return healthy_planes(); };
const auto kNoCauses = [](std::uint32_t) { return kNoCause; };

}  // namespace

TEST_CASE("a step has two pages of groups, and one of causes for each of planes") {
  CHECK(kFull.chunks() == 8);
  CHECK(kFull.group_chunk() == 3);
  CHECK(kFull.cause_chunk() == 5);
  CHECK(kWithoutCauses.chunks() == 5);
  CHECK(HistoryShape{16'384, 10, 10s, true, true}.chunks() == 12);
  CHECK(HistoryShape{1'048'576, 10, 10s, true, true}.chunks() == 550);
}

TEST_CASE("a step with causes writes the same bytes and pages, whatever they are") {
  for (const HistoryShape& shape : {kFull, kWithoutCauses}) {
    FaultyDisk disk;
    History history(shape);
    history.step(kAllHealthy, kNoCauses);
    history.step(kAllHealthy, kNoCauses);
    const WriteCost cost = history.keeper->last_cost();
    CHECK(cost.pages == shape.chunks());
    CHECK(cost.bytes == shape.chunks() * std::int64_t{kChunkBytes});
    disk.take_written();
    history.step(kAllHealthy, kNoCauses);
    const FaultyDisk::Written written = disk.take_written();
    for (int round = 0; round < 14; ++round) {
      const auto failing = [&](std::uint32_t slot) {
        return (slot + round) % 3 == 0 ? healthy_planes() : failing_planes();
      };
      const auto causes = [&](std::uint32_t slot) {
        return static_cast<std::uint8_t>(round % 2 == 0 ? slot * 7 + round : 255);
      };
      history.step(failing, causes);
      CHECK(history.keeper->last_cost().pages == cost.pages);
      CHECK(history.keeper->last_cost().bytes == cost.bytes);
      CHECK(history.keeper->last_cost().wal_frames == cost.wal_frames);
      CHECK(disk.take_written() == written);
    }
    CHECK(std::filesystem::file_size(history.folder / kHistoryFile) < history_file_bytes(shape));
  }
}

TEST_CASE("causes are read back, of all slots of a step and of one slot over time") {
  History history;
  const auto cause = [](std::uint32_t step, std::uint32_t slot) {
    return static_cast<std::uint8_t>(slot * 3 + step * 11 + slot / 256);
  };
  for (std::uint32_t step = 0; step < 5; ++step) {
    history.step(kAllHealthy, [&](std::uint32_t slot) { return cause(step, slot); });
  }
  const std::vector<std::uint8_t> causes = history.causes();
  REQUIRE(causes.size() == kFull.capacity);
  for (std::uint32_t slot = 0; slot < kFull.capacity; ++slot) {
    REQUIRE(causes[slot] == cause(4, slot));
  }
  HistoryReader reader(history.folder.path());
  for (const std::uint32_t slot : {0U, 3839U, 3840U, kFull.capacity - 1}) {
    const auto steps = reader.read_slot(slot, kFirstWall, history.ticker.wall());
    REQUIRE(steps.size() == 5);
    for (std::uint32_t step = 0; step < 5; ++step) {
      CHECK(steps[step].planes == healthy_planes());
      CHECK(steps[step].cause == cause(step, slot));
      CHECK(steps[step].tick > 0);
    }
  }
}

TEST_CASE("one slot's steps ascend, also where more is asked for than the ring holds") {
  History history;
  for (int step = 0; step < 17; ++step) {
    history.step(kAllHealthy, [&](std::uint32_t) { return static_cast<std::uint8_t>(step + 1); });
  }
  HistoryReader reader(history.folder.path());
  const auto steps = reader.read_slot(7, history.ticker.wall() - 15s, history.ticker.wall());
  REQUIRE(steps.size() == 12);
  for (std::size_t i = 0; i < steps.size(); ++i) CHECK(steps[i].cause == 6 + i);
}

TEST_CASE("without causes a step says nothing of them, and all else is the same") {
  History history(kWithoutCauses);
  history.step(kAllHealthy, [](std::uint32_t) { return 7; });
  CHECK(history.causes().empty());
  HistoryReader reader(history.folder.path());
  const auto steps = reader.read_slot(9'000, kFirstWall, history.ticker.wall());
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].planes == healthy_planes());
  CHECK(steps[0].cause == kNoCause);
}

TEST_CASE("a damaged page of causes costs the causes of its step, and nothing else") {
  History history;
  history.step(kAllHealthy, [](std::uint32_t) { return 5; });
  history.step(kAllHealthy, [](std::uint32_t) { return 6; });
  history.keeper.reset();
  const std::uint64_t number = kFull.number_at(history.ticker.wall());
  {
    Database database(history.folder / kHistoryFile, 1000, Database::Mode::kExisting);
    std::vector<std::byte> bytes(kChunkBytes);
    Transaction transaction(database);
    {
      Blob blob(database, "chunk", "bytes", kFull.row(number, kFull.cause_chunk() + 1),
                Blob::Use::kWrite);
      blob.read(bytes);
      bytes[2000] ^= std::byte{1};
      blob.write(bytes);
    }
    transaction.commit();
  }
  CHECK(history.causes().empty());
  BrokenPages broken;
  HistoryReader reader(history.folder.path(), &broken);
  CHECK(reader.list(kFirstWall, history.ticker.wall()).size() == 2);
  const auto steps = reader.read_slot(4'000, kFirstWall, history.ticker.wall());
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].cause == 5);
  CHECK(steps[1].cause == kNoCause);
  CHECK(steps[1].planes == healthy_planes());
  CHECK(broken.take() == std::set<std::int64_t>{kFull.row(number, kFull.cause_chunk() + 1)});
}

TEST_CASE("a step tells what the collector has done by then, and the worst tick since the last") {
  History history;
  const Duration processor_before = processor_time();
  LoopWork& work = history.ticker.view.head.work;
  const auto step = [&](std::uint64_t datagrams, Milliseconds tick) {
    work.datagrams = datagrams;
    work.datagram_bytes = 560 * datagrams;
    work.published_bytes += 1000;
    work.tick_time += tick;
    work.last_tick_time = tick;
    history.step(kAllHealthy, kNoCauses);
  };
  step(100, 9ms);
  step(200, 3ms);
  // A tick between two steps is seen, too.
  work.last_tick_time = 7ms;
  history.ticker.pass(0ms);
  CHECK_FALSE(history.keeper->turn(history.ticker.board, *history.lock));
  step(300, 2ms);
  HistoryReader reader(history.folder.path());
  const auto heads = reader.list(kFirstWall, history.ticker.wall());
  REQUIRE(heads.size() == 3);
  CHECK(heads[0].work.worst_tick == 9ms);
  CHECK(heads[1].work.worst_tick == 3ms);
  CHECK(heads[2].work.worst_tick == 7ms);
  CHECK(heads[2].work.datagrams == 300);
  CHECK(heads[2].work.datagram_bytes == 300 * 560);
  CHECK(heads[2].work.published_bytes == 3000);
  CHECK(heads[2].work.tick_time == 14ms);
  CHECK(heads[2].work.at - heads[1].work.at == 1s);
  CHECK(heads[2].work.processor_time > Duration{0});
  CHECK(heads[2].work.processor_time >= heads[0].work.processor_time);
  CHECK(heads[2].work.processor_time + 1us >= processor_before);
}

TEST_CASE("--check-data finds steps with and without causes sound") {
  History history;
  { const Registry made(history.folder / kRegistryFile, kFull.capacity, kFirstWall); }
  history.step(kAllHealthy, [](std::uint32_t) { return 5; });
  history.keeper.emplace(history.folder.path(), kWithoutCauses);
  history.step(kAllHealthy, kNoCauses);
  history.keeper.emplace(history.folder.path(), kFull);
  history.step(kAllHealthy, [](std::uint32_t) { return 6; });
  history.keeper.reset();
  history.lock.reset();
  const DataReport report = check_data(history.folder.path(), history.ticker.wall());
  CAPTURE(report.text);
  CHECK(report.sound);
  CHECK(report.text.find("12 steps of 1s, 8 pages each") != std::string::npos);
  CHECK(report.text.find("  steps             3, from") != std::string::npos);
}
