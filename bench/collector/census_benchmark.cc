// A pass of the census, for the default capacity and the largest, in calm and with causes; and the
// tick of the largest while a thread beside it takes one pass after the other.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <atomic>
#include <thread>

#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/fleet.h"
#include "collector/view/census.h"

namespace flatline::bench {
namespace {

constexpr Instant kStart{std::chrono::hours{1}};
constexpr WallTime kWall{std::chrono::hours{1}};
constexpr std::uint32_t kRackHosts = 512;

/// Every slot has a host with three labels and five checks. Where there is a cause, one rack fails
/// and another is silent; `troubled` hosts of each 100 do so at random besides.
class Rows {
 public:
  Rows(std::uint32_t capacity, std::uint32_t troubled) : table(capacity, 0), view(capacity) {
    view.head.at = kStart;
    view.head.generation = 1;
    view.head.tick = 1;
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      const std::uint32_t random = slot * 2'654'435'761U >> 16;
      const bool is_troubled = troubled > 0 && random % 100 < troubled;
      const bool fails = troubled > 0 && (slot / kRackHosts == 3 || (is_troubled && slot % 2 == 0));
      const bool silent =
          troubled > 0 && (slot / kRackHosts == 5 || (is_troubled && slot % 2 == 1));
      put(slot, fails, silent, random);
    }
  }

  HostTable table;
  View view;

 private:
  void put(std::uint32_t slot, bool fails, bool silent, std::uint32_t random) {
    HostRecord record;
    record.agent_id = AgentId{slot + 1};
    record.labels = Labels{
        fmt::format("role=r{},zone=z{},rack=r{}", slot % 7, slot % 5, slot / kRackHosts % 1000)};
    record.registered = record.heard = true;
    record.generation = 1;
    record.received = 9;
    record.config_hash = slot % 7;
    record.agent_version = 1;
    record.source.ip[5] = static_cast<std::uint8_t>(slot >> 12);
    record.heard_at = kStart - std::chrono::milliseconds{silent ? 60'000 + random % 60'000 : 0};
    for (CheckNameId i = 0; i < 5; ++i) {
      record.states[i] = fails && random % 5 == i ? CheckState::kCritical : CheckState::kOk;
      record.check_names[i] = static_cast<CheckNameId>(i + 1);
    }
    table.write(slot, record);
    const auto set = [&](Plane plane) {
      view.planes[static_cast<std::size_t>(plane)][slot / 64] |= std::uint64_t{1} << (slot % 64);
    };
    set(Plane::kRegistered);
    set(Plane::kKnown);
    if (!silent) set(Plane::kReporting);
    if (!silent && !fails) set(Plane::kHealthy);
  }
};

void census_pass(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const auto troubled = static_cast<std::uint32_t>(state.range(1));
  Rows rows(capacity, troubled);
  for (const char* const name : {"disk", "load", "memory", "ssh", "web"}) {
    static CheckNameId id = 0;
    rows.table.write_check_name(static_cast<CheckNameId>(id++ % 5 + 1), CheckName{name});
  }
  ViewBoard board(capacity);
  board.publish(rows.view);
  Census census(board, rows.table);
  for ([[maybe_unused]] auto _ : state) {
    census.take();
    benchmark::ClobberMemory();
  }
  CheckCounts counts;
  Causes causes;
  must_hold(state,
            census.results().checks.read(counts) && census.results().causes.read(causes) &&
                counts.counted == 5 && (causes.count > 0) == (troubled > 0),
            "another census");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(census_pass)
    ->ArgNames({"slots", "troubled"})
    ->ArgsProduct({{16'384, 1'048'576}, {0, 10}})
    ->Unit(benchmark::kMillisecond);

/// The sweep and the publication, as the loop has them, alone (0) and beside passes without a pause
/// (1), which is a hundred times as many as a collector takes.
void tick_beside_census(benchmark::State& state) {
  FleetOptions options;
  options.keys = {fixed_key()};
  options.capacity = kMaxCapacity;
  options.messages_per_host = 0;
  Rows rows(kMaxCapacity, 10);
  HostTable own_table(kMaxCapacity, 0);
  Fleet fleet(options, own_table, kStart);
  ViewBoard board(kMaxCapacity);
  ViewBoard counted(kMaxCapacity);
  counted.publish(rows.view);
  Census census(counted, rows.table);
  std::atomic<bool> done{state.range(0) == 0};
  std::thread beside([&] {
    while (!done) census.take();
  });
  Moment now{kStart, kWall};
  for ([[maybe_unused]] auto _ : state) {
    now.now += Milliseconds{1};
    now.wall += Milliseconds{1};
    board.publish(fleet.tick(now, {}));
    benchmark::ClobberMemory();
  }
  done = true;
  beside.join();
  ViewHead head;
  must_hold(state, board.read_head(head) && head.at == now.now, "another view");
}
BENCHMARK(tick_beside_census)->ArgName("census")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace flatline::bench
