// What the journal's thread does to the disk: a step of the history, the checkpoint, and making the
// history's file, for the default capacity and the largest. Their bytes are constant; their time is
// the disk's.

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "collector/journal/data_folder.h"
#include "collector/journal/history_reader.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"

namespace flatline::bench {
namespace {

constexpr WallTime kStart{std::chrono::hours{24 * 365 * 50}};
constexpr std::uint32_t kSteps = 16;

/// A folder that goes with the benchmark.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "flatline-bench-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

HistoryShape shape_for(const benchmark::State& state) {
  return {static_cast<std::uint32_t>(state.range(0)), kSteps, std::chrono::seconds{10}};
}

void make(const std::filesystem::path& folder, const HistoryShape& shape) {
  HistoryMaker maker(folder, shape);
  while (!maker.advance()) {
  }
}

void make_history(benchmark::State& state) {
  const HistoryShape shape = shape_for(state);
  for ([[maybe_unused]] auto _ : state) {
    const TemporaryFolder folder;
    make(folder.path(), shape);
  }
  state.SetBytesProcessed(state.iterations() * shape.rows() * kDatabasePageBytes);
}
BENCHMARK(make_history)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

void write_step(benchmark::State& state) {
  const HistoryShape shape = shape_for(state);
  const TemporaryFolder folder;
  make(folder.path(), shape);
  HistoryRing ring(folder.path() / kHistoryFile, shape);
  View view(shape.capacity);
  std::uint64_t number = shape.number_at(kStart);
  WriteCost cost;
  for ([[maybe_unused]] auto _ : state) {
    view.head.time = kStart + static_cast<std::int64_t>(++number) * shape.step;
    cost = ring.write(number, view);
  }
  if (cost.pages != shape.chunks()) state.SkipWithError("not as many pages as chunks");
  state.counters["pages"] = static_cast<double>(cost.pages);
  state.counters["bytes"] = static_cast<double>(cost.bytes);
}
BENCHMARK(write_step)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

void read_one_slot(benchmark::State& state) {
  const HistoryShape shape = shape_for(state);
  const TemporaryFolder folder;
  make(folder.path(), shape);
  {
    HistoryRing ring(folder.path() / kHistoryFile, shape);
    View view(shape.capacity);
    for (std::uint64_t step = 0; step < kSteps; ++step) {
      view.head.time = kStart + static_cast<std::int64_t>(step) * shape.step;
      ring.write(shape.number_at(view.head.time), view);
    }
  }
  std::size_t steps = 0;
  for ([[maybe_unused]] auto _ : state) {
    HistoryReader reader(folder.path());
    steps = reader.read_slot(7, kStart, kStart + kSteps * shape.step).size();
  }
  if (steps != kSteps) state.SkipWithError("steps are missing");
  state.SetItemsProcessed(state.iterations() * kSteps);
}
BENCHMARK(read_one_slot)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

void write_checkpoint(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const TemporaryFolder folder;
  Registry registry(folder.path() / kRegistryFile, capacity, kStart);
  ViewHead head;
  head.capacity = capacity;
  WriteCost cost;
  for ([[maybe_unused]] auto _ : state) {
    ++head.tick;
    cost = registry.write_checkpoint(head, [](std::uint32_t, std::span<CheckpointSlot>) {});
  }
  if (registry.read_checkpoint().broken_chunks != 0) state.SkipWithError("it is broken");
  state.counters["pages"] = static_cast<double>(cost.pages);
  state.counters["bytes"] = static_cast<double>(cost.bytes);
}
BENCHMARK(write_checkpoint)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flatline::bench
