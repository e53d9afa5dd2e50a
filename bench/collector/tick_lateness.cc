// How late ticks come while the journal writes, and while it does not: the real loop, with its real
// socket, as two histograms beside each other. The history's step is two ticks, so that every other
// tick meets a step, and each run ends with a checkpoint.
//   tick_lateness TICKS SLOTS TICK_MS
// Datagrams for it, from elsewhere: flatline-sim with the key that it writes, to the port it
// prints.

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "collector/journal/journal.h"
#include "collector/loop.h"
#include "schema/clock.h"
#include "schema/key_file.h"
#include "schema/log.h"

namespace flatline {
namespace {

/// Upper bounds in microseconds; the last has none.
constexpr std::array<std::int64_t, 9> kBounds = {500,   1000,  1500,   2000,   5000,
                                                 10000, 20000, 100000, 1 << 30};
using Histogram = std::array<std::uint64_t, kBounds.size()>;

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
  Roster roster(run.capacity, kDefaultMessagesPerHost);
  Board board(run.capacity);
  ReceiveSocket socket("127.0.0.1", 0, wanted_receive_bytes(run.capacity, kDefaultInterval));
  JournalOptions options;
  options.folder = folder / (run.writes ? "written" : "idle");
  options.capacity = run.capacity;
  options.history_step = kTicksPerHistoryStep * run.tick;
  options.history_keep = 64 * options.history_step;
  Journal journal(options, roster, board);
  FleetOptions fleet_options;
  fleet_options.capacity = run.capacity;
  fleet_options.tick = run.tick;
  fleet_options.keys = {key};
  Fleet fleet(fleet_options, roster, monotonic_now());
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

int run_all(int ticks, std::uint32_t capacity, Milliseconds tick) {
  initialize_cryptography();
  set_log_level(LogLevel::kError);
  std::string made = (std::filesystem::temp_directory_path() / "flatline-bench-XXXXXX").string();
  if (::mkdtemp(made.data()) == nullptr) return 1;
  const std::filesystem::path folder = made;
  const FleetKey key = make_fleet_key();
  write_fleet_key(folder / "fleet.key", key);
  fmt::print("fleet key: {}\n", (folder / "fleet.key").string());
  const Result idle = measure({ticks, capacity, tick, false}, folder, key);
  const Result written = measure({ticks, capacity, tick, true}, folder, key);
  std::filesystem::remove_all(folder);
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
}  // namespace flatline

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: tick_lateness TICKS SLOTS TICK_MS\n");
    return 2;
  }
  try {
    return flatline::run_all(std::atoi(argv[1]), static_cast<std::uint32_t>(std::atoi(argv[2])),
                             flatline::Milliseconds{std::atoi(argv[3])});
  } catch (const std::exception& error) {
    fmt::print(stderr, "tick_lateness: {}\n", error.what());
    return 1;
  }
}
