// The order of all hosts, as a picture shows them, for the default capacity and the largest; and
// one layout that is made of it.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "bench/must_hold.h"
#include "collector/view/layout.h"

namespace flatline::bench {
namespace {

constexpr std::uint32_t kRoles = 7;
constexpr std::uint32_t kRacks = 100;  // More than have a place each.

/// Every slot has a host, in no order of names, that is in a group of each of three keys.
class Rows {
 public:
  explicit Rows(std::uint32_t capacity) : table(capacity, 0), view(capacity) {
    view.head.generation = 1;
    view.head.tick = 1;
    view.head.counts.hosts = capacity;
    name_groups(0, "role", kRoles);
    name_groups(1, "zone", 5);
    name_groups(2, "rack", kGroupValues);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      HostRecord record;
      const std::uint32_t number = slot * 2'654'435'761U % capacity;
      record.name = HostName{fmt::format("web-{:07}.example.net", number)};
      record.labels = Labels{
          fmt::format("role=v{},zone=v{},rack=v{}", number % kRoles, number % 5, number % kRacks)};
      record.agent_id = AgentId{slot + 1};
      record.registered = true;
      record.generation = 1;
      table.write(slot, record);
    }
  }

  HostTable table;
  View view;

 private:
  void name_groups(std::size_t key, std::string_view name, std::size_t values) {
    KeyGroups& groups = view.groups.keys[key];
    groups.key = LabelText{name};
    for (std::size_t i = 0; i < values; ++i) {
      groups.places[i].value = LabelText{fmt::format("v{}", i)};
    }
  }
};

void order(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Rows rows(capacity);
  std::uint32_t hosts = 0;
  for ([[maybe_unused]] auto _ : state) hosts = order_hosts(rows.view, rows.table)->hosts;
  must_hold(state, hosts == capacity, "another number of hosts");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(order)->ArgName("slots")->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

void layout(benchmark::State& state) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Rows rows(capacity);
  const HostOrder hosts = *order_hosts(rows.view, rows.table);
  const std::size_t by[] = {0, 2};
  std::string bytes;
  for ([[maybe_unused]] auto _ : state) bytes = encode_layout(lay_out(hosts, by));
  must_hold(state, decode_layout(bytes)->hosts == capacity, "another number of hosts");
  state.SetItemsProcessed(state.iterations() * capacity);
}
BENCHMARK(layout)->ArgName("slots")->Arg(16'384)->Arg(1'048'576)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flatline::bench
