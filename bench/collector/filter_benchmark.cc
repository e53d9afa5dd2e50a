// What a filter takes on the thread of a reader, for the default capacity and the largest, all
// slots with hosts: planes alone, names and labels, and what rows tell.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <bit>
#include <memory>
#include <string>

#include "bench/must_hold.h"
#include "collector/view/filter_evaluation.h"
#include "collector/view/filter_parser.h"

namespace flatline::bench {
namespace {

struct Fleet {
  explicit Fleet(std::uint32_t capacity)
      : table(capacity, kDefaultMessagesPerHost), view(capacity) {
    constexpr std::size_t kPlanesOf[] = {0, 1, 2, 3};  // Registered, known, reporting, healthy.
    constexpr const char* kRoles[] = {"web", "db", "queue"};
    table.write_check_name(1, CheckName("disk"));
    table.write_check_name(2, CheckName("load"));
    view.head.generation = 1;
    HostRecord record;
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      record.registered = true;
      record.generation = 1;
      record.received = 1;
      record.name = HostName(fmt::format("host-{:07}", slot));
      record.labels = Labels(fmt::format("role={},zone=eu-1{},rack=r{}", kRoles[slot % 3],
                                         "abc"[slot % 3], slot * 7919 % 1009));
      for (std::size_t i = 0; i < 8; ++i) {
        record.states[i] = i == 0 && slot % 2 == 1 ? CheckState::kCritical : CheckState::kOk;
        record.check_names[i] = static_cast<CheckNameId>(1 + i % 2);
      }
      record.agent_version = slot % 4 == 0 ? 2 << 8 : 3 << 8;
      table.write(slot, record);
      for (const std::size_t plane : kPlanesOf) {
        const bool is_in = plane < 3 || slot % 2 == 0;
        view.planes[plane][slot / 64] |= std::uint64_t{is_in} << (slot % 64);
      }
    }
  }

  HostTable table;
  View view;
};

/// One of each capacity, made when it is first asked for, because making takes longer than asking.
const Fleet& fleet_of(std::uint32_t capacity) {
  static std::unique_ptr<Fleet> fleet;
  if (!fleet || fleet->table.capacity() != capacity) {
    fleet.reset();
    fleet = std::make_unique<Fleet>(capacity);
  }
  return *fleet;
}

/// Evaluates a filter that matches one of `share` hosts.
void filter(benchmark::State& state, const std::string& text, std::uint32_t share) {
  const auto capacity = static_cast<std::uint32_t>(state.range(0));
  const Fleet& fleet = fleet_of(capacity);
  PlaneWords matches;
  for ([[maybe_unused]] auto _ : state) {
    const auto parsed = parse_filter(text);
    PresentHosts hosts(fleet.table, fleet.view.head);
    matches = evaluate(std::get<Filter>(parsed), fleet.view, hosts);
    benchmark::ClobberMemory();
  }
  std::uint32_t found = 0;
  for (const std::uint64_t word : matches) found += static_cast<std::uint32_t>(std::popcount(word));
  must_hold(state, found >= capacity / share && found <= capacity / share + 1, "other hosts match");
}

/// As many terms as there may be, of which the last matches a third.
std::string most_texts() {
  std::string text;
  for (std::size_t i = 1; i < kFilterTextTerms; ++i) {
    text += fmt::format("{}=*x{}|", i % 2 == 0 ? "name" : "rack", i);
  }
  return text + "role=db";
}

BENCHMARK_CAPTURE(filter, planes, "failing & !drained | down & known", 2)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, label, "role=db", 3)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, name_and_labels, "role=db & zone=eu-* & name=host-*", 3)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, sixteen_texts, most_texts(), 3)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, check, "check:disk", 2)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, rows, "check:disk=critical | check:none | config=1 | key=9", 2)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, agent, "agent<0.3", 4)
    ->Arg(16'384)
    ->Arg(1'048'576)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flatline::bench
