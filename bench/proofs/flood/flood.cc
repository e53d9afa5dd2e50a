#include "bench/proofs/flood/flood.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "bench/proofs/tick_watch.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/endpoint.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/flood.h"
#include "tests/harness/running_fleet.h"

namespace flatline::bench {
namespace {

constexpr Milliseconds kPatience{60'000};

constexpr std::array kFigures = {"sent_per_second", "filtered_per_second", "lost_per_second",
                                 "loop_cores", "most_hosts_silent"};

/// What strangers do at this rate, as the values of kFigures.
std::vector<double> flood(TickWatch& watch, std::uint16_t port, const test::Stranger& stranger,
                          double rate, double seconds) {
  const Sample before = watch.next();
  test::Flood strangers(port, {stranger}, rate);
  Row all;
  watch.follow(before, [&](const Row& row) {
    all.filtered += row.filtered;
    all.lost += row.lost;
    all.loop_cpu_seconds += row.loop_cpu_seconds * row.ticks;
    all.silent = std::max(all.silent, row.silent);
    return row.at_seconds < before.at_seconds + seconds - 0.5;
  });
  return {strangers.stop() / seconds, all.filtered / seconds, all.lost / seconds,
          all.loop_cpu_seconds / seconds, all.silent};
}

/// What strangers know: no live key id; one, but no agent id; all of a host but its epoch.
std::map<std::string, test::Stranger> all_strangers(const FleetKey& key) {
  const std::uint8_t live = key.key_id;
  return {{"dead-key", {.key_id = static_cast<std::uint8_t>(live + 1)}},
          {"live-key", {.key_id = live}},
          {"one-host", {.key_id = live, .agent_id = agent_id_of(key.fleet, "sim-00001")}}};
}

}  // namespace

void flood_all(std::uint32_t capacity, std::uint32_t hosts, const Plan& plan, Report& report) {
  test::RunningCollector collector({"--capacity", std::to_string(capacity)});
  test::RunningFleet fleet(collector, hosts, kDefaultInterval, {});
  TickWatch watch(collector, kDefaultTick, monotonic_now());
  const auto port = parse_endpoint(collector.udp())->port;
  for (const auto& [kind, stranger] : all_strangers(read_fleet_key(collector.fleet_key()))) {
    const std::string name = fmt::format("{}-{}", capacity, kind);
    Table table{name, fmt::format("{} hosts: {}", hosts, name), {}, {}};
    for (const char* figure : kFigures) table.figures.push_back({figure, {}});
    double held = 0;
    bool all_held = true;
    for (std::size_t i = 0; i < plan.rates.size() && all_held; ++i) {
      if (!watch.all_healthy_by(monotonic_now() + kPatience, hosts)) {
        throw Failure("flood: hosts are not healthy although nobody floods");
      }
      const std::vector<double> values = flood(watch, port, stranger, plan.rates[i], plan.seconds);
      table.columns.push_back(fmt::format("{:.0f}/s", plan.rates[i]));
      for (std::size_t f = 0; f < values.size(); ++f)
        table.figures[f].values.emplace_back(values[f]);
      all_held = values.back() == 0;
      if (all_held) held = std::max(held, values.front());
    }
    report.add(std::move(table));
    report.add({held >= kFloodPerSecond,
                fmt::format("{}: no host silent up to {:.0f}/s", name, held),
                all_held && held < kFloodPerSecond});
  }
}

}  // namespace flatline::bench
