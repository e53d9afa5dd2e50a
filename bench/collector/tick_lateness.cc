// How late ticks come while the journal writes, and while it does not: the real loop, with its real
// socket, as two histograms beside each other. The history's step is two ticks, so that every other
// tick meets a step, and each run ends with a checkpoint. Exit 1 when the disk did not keep up.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "bench/proofs/program.h"
#include "collector/ingest/loop.h"
#include "collector/journal/journal.h"
#include "schema/program/clock.h"
#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/flags.h"
#include "schema/program/key_file.h"
#include "schema/program/log.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {
namespace {

constexpr const char* kFooter =
    R"(Runs the collector's loop twice, TICKS ticks each: once while its journal writes nothing, once while it
writes a step of the history at every other tick. Prints how many ticks came how late, side by side:
what the first run shows too is the machine's lateness, not the journal's.

It hears datagrams if somebody sends some: `flatline-sim --fleet-key FILE --collector ADDRESS`, with the
file and the addresses that it prints.

Ends with 1 when the journal was degraded by the disk.

Examples:
  tick_lateness 200 16384 100      # the default capacity, ten ticks a second: 40 seconds
  tick_lateness 60 1048576 1000    # the largest capacity, at the default tick: two minutes)";

/// Upper bounds in microseconds; the last has none.
constexpr std::array<std::int64_t, 9> kBounds = {500,   1000,  1500,   2000,   5000,
                                                 10000, 20000, 100000, 1 << 30};
using Histogram = std::array<std::uint64_t, kBounds.size()>;

struct Plan {
  int ticks = 0;
  std::uint32_t capacity = 0;
  int tick_ms = 0;
};

/// Nothing: help was asked for and is printed.
std::optional<Plan> read_plan(int argc, const char* const* argv) {
  Plan plan;
  CLI::App app("How late ticks come while the journal writes, and while it does not.",
               "tick_lateness");
  app.footer(kFooter);
  app.add_option("TICKS", plan.ticks, "Of each run")->required()->check(CLI::Range(1, 1'000'000));
  app.add_option("SLOTS", plan.capacity, "The collector's capacity, a multiple of 64")
      ->required()
      ->check(CLI::Range(kMinCapacity, kMaxCapacity));
  app.add_option("TICK_MS", plan.tick_ms, "Its tick, in milliseconds")
      ->required()
      ->check(CLI::Range(kMinTick.count(), kMaxTick.count()));
  if (!parse_flags(app, argc, argv)) return std::nullopt;
  if (plan.capacity % 64 != 0) {
    throw UsageError(fmt::format("SLOTS: {} is not a multiple of 64", plan.capacity));
  }
  return plan;
}

struct Run {
  int ticks;
  std::uint32_t capacity;
  Milliseconds tick;
  bool writes;
};

struct Result {
  Histogram histogram{};
  Duration worst{0};
  std::uint64_t lost_steps = 0;
  bool degraded = false;
};

Result measure(const Run& run, const std::filesystem::path& folder, const FleetKey& key) {
  HostTable host_table(run.capacity, kDefaultMessagesPerHost);
  ViewBoard board(run.capacity);
  ReceiveSocket socket("127.0.0.1", 0, wanted_receive_bytes(run.capacity, kDefaultInterval));
  JournalOptions options;
  options.folder = folder / (run.writes ? "written" : "idle");
  options.capacity = run.capacity;
  options.history_step = kTicksPerHistoryStep * run.tick;
  options.history_keep = 64 * options.history_step;
  Journal journal(options, host_table, board);
  FleetOptions fleet_options;
  fleet_options.capacity = run.capacity;
  fleet_options.tick = run.tick;
  fleet_options.keys = {key};
  Fleet fleet(fleet_options, host_table, monotonic_now());
  Result result;
  int ticks = 0;
  const auto published = [&] {
    if (run.writes) journal.wake();
    ViewHead head;
    if (!board.read_head(head)) return;
    const Duration late = head.work.last_lateness;
    result.worst = std::max(result.worst, late);
    const auto late_us = std::chrono::floor<std::chrono::microseconds>(late).count();
    const auto bound = std::find_if(kBounds.begin(), kBounds.end(),
                                    [&](std::int64_t end) { return late_us < end; });
    ++result.histogram[static_cast<std::size_t>(bound - kBounds.begin())];
    if (++ticks == run.ticks) std::raise(SIGTERM);
  };
  Loop loop(socket, fleet, board, run.tick,
            {[] { return false; }, published, [](WallTime, std::uint32_t) { return 0U; }});
  fmt::print("{}: udp={}\n", run.writes ? "written" : "idle", format_address(socket.local()));
  std::fflush(stdout);
  journal.start();
  loop.run();
  result.lost_steps = journal.status().lost_steps;
  result.degraded = journal.status().degraded;
  return result;
}

int run(int argc, const char* const* argv) {
  const auto plan = read_plan(argc, argv);
  if (!plan) return 0;
  initialize_cryptography();
  set_log_level(LogLevel::kError);
  const TemporaryFolder folder;
  const FleetKey key = make_fleet_key();
  write_fleet_key(folder / "fleet.key", key);
  fmt::print("fleet key: {}\n", (folder / "fleet.key").string());
  const Milliseconds tick{plan->tick_ms};
  const Result idle = measure({plan->ticks, plan->capacity, tick, false}, folder.path(), key);
  const Result written = measure({plan->ticks, plan->capacity, tick, true}, folder.path(), key);
  fmt::print("{:>12} {:>12} {:>12}\n", "late under", "no writing", "every step");
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    const std::string bound = i + 1 < kBounds.size() ? fmt::format("{} us", kBounds[i]) : "more";
    fmt::print("{:>12} {:>12} {:>12}\n", bound, idle.histogram[i], written.histogram[i]);
  }
  fmt::print("{:>12} {:>9} us {:>9} us\n", "worst", idle.worst.count() / 1000,
             written.worst.count() / 1000);
  fmt::print("steps lost while written: {}\n", written.lost_steps);
  return written.degraded ? 1 : 0;
}

}  // namespace
}  // namespace flatline::bench

int main(int argc, char** argv) {
  return flatline::bench::run_proof("tick_lateness",
                                    [&] { return flatline::bench::run(argc, argv); });
}
