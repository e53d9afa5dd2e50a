// What the journal's thread does to the disk: a step of the history and the checkpoint, for the
// default capacity and the largest. Their bytes are constant; their time is the disk's.

#include <benchmark/benchmark.h>

#include <cstring>

#include "bench/must_hold.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_reader.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/registry.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {
namespace {

constexpr WallTime kStart{std::chrono::hours{24 * 365 * 50}};
constexpr std::uint32_t kSteps = 16;

HistoryShape shape_for(const benchmark::State& state) {
  return {static_cast<std::uint32_t>(state.range(0)), kSteps, std::chrono::seconds{10}, true, true};
}

void write_step(benchmark::State& state) {
  const HistoryShape shape = shape_for(state);
  const TemporaryFolder folder;
  for (HistoryMaker maker(folder.path(), shape); !maker.advance();) {
  }
  HistoryRing ring(folder.path() / kHistoryFile, shape);
  View view(shape.capacity);
  std::uint64_t number = shape.number_at(kStart);
  WriteCost cost;
  for ([[maybe_unused]] auto _ : state) {
    view.head.time = kStart + static_cast<std::int64_t>(++number) * shape.step;
    cost = ring.write(number, view);
  }
  must_hold(state, cost.pages == shape.chunks(), "not as many pages as chunks");
  HistoryReader reader(folder.path());
  const auto kept = reader.list(WallTime{}, view.head.time);
  must_hold(state, !kept.empty() && kept.back().number == number, "the last step is not there");
  state.counters["pages"] = static_cast<double>(cost.pages);
  state.counters["bytes"] = static_cast<double>(cost.bytes);
}
BENCHMARK(write_step)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

/// As a fleet fills it: no two slots say the same, nor one slot twice.
CheckpointSlot said_of(std::uint32_t slot, std::uint64_t tick) {
  CheckpointSlot said;
  said.agent_id = AgentId{slot + 1};
  said.epoch = 1;
  said.sequence = tick;
  said.planes = static_cast<std::uint8_t>(slot);
  said.timing = pack_timing(static_cast<std::uint32_t>(kDefaultInterval.count()), Duration{0});
  return said;
}

void write_checkpoint(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const TemporaryFolder folder;
  Registry registry(folder.path() / kRegistryFile, capacity, kStart);
  ViewHead head;
  head.capacity = capacity;
  WriteCost cost;
  for ([[maybe_unused]] auto _ : state) {
    ++head.tick;
    cost = registry.write_checkpoint(head, [&](std::uint32_t slot, std::span<CheckpointSlot> all) {
      for (CheckpointSlot& said : all) said = said_of(slot++, head.tick);
    });
  }
  const CheckpointTable::Held held = registry.read_checkpoint();
  const CheckpointSlot last = said_of(capacity - 1, head.tick);
  must_hold(state,
            held.broken_chunks == 0 && held.slots.size() == capacity &&
                held.view.tick == head.tick &&
                std::memcmp(&held.slots[capacity - 1], &last, sizeof last) == 0,
            "another checkpoint");
  state.counters["pages"] = static_cast<double>(cost.pages);
  state.counters["bytes"] = static_cast<double>(cost.bytes);
}
BENCHMARK(write_checkpoint)->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flatline::bench
