// A host's record, which every datagram reads and writes whole, and the names of its checks.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/collector/spread.h"
#include "bench/fixed_key.h"
#include "bench/must_hold.h"
#include "collector/fleet/check_names.h"
#include "collector/view/host_table.h"

namespace flatline::bench {
namespace {

HostRecord record_of(std::uint32_t slot) {
  HostRecord record;
  record.agent_id = AgentId{slot + 1};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.labels = Labels{"role=web"};
  record.registered = true;
  return record;
}

/// With a host in every slot.
struct FullHostTable {
  explicit FullHostTable(std::uint32_t capacity) : host_table(capacity, kDefaultMessagesPerHost) {
    for (std::uint32_t slot = 0; slot < capacity; ++slot) host_table.write(slot, record_of(slot));
  }
  HostTable host_table;
};

/// How often a slot comes by when slots take turns in strides.
std::uint64_t turns_of(std::uint32_t slot, std::uint64_t turns, std::uint32_t capacity) {
  std::uint64_t first = 0;  // Its place in the order of turns.
  for (std::uint32_t next = kStride % capacity; next != slot; next = (next + kStride) % capacity) {
    ++first;
  }
  return turns > first ? (turns - first - 1) / capacity + 1 : 0;
}

/// In the order in which hosts speak, which is not that of their slots.
void own_and_write(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  FullHostTable full(capacity);
  HostTable& host_table = full.host_table;
  HostRecord record;
  KeptMessage message;
  message.message = Message{"load 0.42 of 4 cores"};
  std::uint32_t slot = 0;
  for ([[maybe_unused]] auto _ : state) {
    slot = (slot + kStride) % capacity;
    host_table.own(slot, record);
    record.received += 1;
    message.age_ms = static_cast<std::uint32_t>(record.received);
    host_table.write(slot, record, 0, message);
  }
  const auto turns = static_cast<std::uint64_t>(state.iterations());
  std::array<KeptMessage, kChecks> messages;
  std::uint64_t received = 0;
  bool fine = true;
  for (std::uint32_t each = 0; each < capacity; ++each) {
    fine &= host_table.read(each, record, messages) && record.name == record_of(each).name;
    fine &= messages[0].age_ms == static_cast<std::uint32_t>(record.received);
    received += record.received;
  }
  fine &= host_table.read(slot, record) && record.received == turns_of(slot, turns, capacity);
  must_hold(state, fine && received == turns, "readers see other records");
}
BENCHMARK(own_and_write)->Arg(16'384)->Arg(131'072);

/// The name and labels alone, which a snapshot is held against.
void own_texts(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const FullHostTable full(capacity);
  KnownTexts texts;
  std::uint32_t slot = 0;
  for ([[maybe_unused]] auto _ : state) {
    slot = (slot + kStride) % capacity;
    full.host_table.own(slot, texts);
    benchmark::DoNotOptimize(texts);
  }
  const HostRecord expected = record_of(slot);
  must_hold(state, texts.name == expected.name && texts.labels == expected.labels, "other texts");
}
BENCHMARK(own_texts)->Arg(16'384)->Arg(131'072);

std::vector<CheckName> check_names(std::size_t count) {
  std::vector<CheckName> names;
  for (std::size_t i = 0; i < count; ++i) names.emplace_back("disk /srv/" + std::to_string(i));
  return names;
}

constexpr std::size_t kNames = 64;  ///< Fleets have tens.

/// What nearly every page is asked: whether its check is still called as before.
void is_check_name(benchmark::State& state) {
  HostTable host_table(kMinCapacity, 0);
  CheckNames table(host_table, fixed_key().fleet);
  const std::vector<CheckName> names = check_names(kNames + 1);
  std::vector<CheckNameId> ids;
  for (std::size_t i = 0; i < kNames; ++i) ids.push_back(table.use(names[i]));
  std::size_t next = 0;
  std::int64_t same = 0;
  std::int64_t other = 0;
  for ([[maybe_unused]] auto _ : state) {
    next = (next + 1) % kNames;
    same += table.is(ids[next], names[next]) ? 1 : 0;
    other += table.is(ids[next], names[next + 1]) ? 1 : 0;
  }
  must_hold(state, same == state.iterations() && other == 0, "names are mistaken");
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(is_check_name);

/// A check that is renamed: to a name that others use too, or to one that is new to the fleet.
void rename_check(benchmark::State& state) {
  HostTable host_table(kMinCapacity, 0);
  CheckNames table(host_table, fixed_key().fleet);
  const std::vector<CheckName> names = check_names(kNames);
  std::vector<CheckNameId> kept;
  const bool known = state.range(0) != 0;
  for (std::size_t i = 0; known && i < kNames; ++i) kept.push_back(table.use(names[i]));
  CheckNameId id = 0;
  std::size_t next = 0;
  std::int64_t wrong = 0;
  for ([[maybe_unused]] auto _ : state) {
    next = (next + 1) % kNames;
    table.release(id);
    id = table.use(names[next]);
    wrong += id == 0 || (known && id != kept[next]) ? 1 : 0;
  }
  must_hold(state,
            wrong == 0 && table.refused() == 0 && table.is(id, names[next]) &&
                host_table.check_name(id) == names[next],
            "readers see another name");
  table.release(id);
  must_hold(state, (host_table.check_name(id) == names[next]) == known,
            "a name outlives its last use");
}
BENCHMARK(rename_check)->ArgName("known")->Arg(0)->Arg(1);

}  // namespace
}  // namespace flatline::bench
