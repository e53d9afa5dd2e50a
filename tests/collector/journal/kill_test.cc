// A process that does nothing but store rows and checkpoints is killed by SIGKILL a hundred times,
// at moments that a seed chooses, most of them in the middle of a transaction.

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "collector/journal/data_folder.h"
#include "collector/journal/registry_keeper.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/temporary_folder.h"

using namespace flatline;
using namespace flatline::test;

namespace {

namespace fs = std::filesystem;

constexpr int kKills = 100;
constexpr std::uint32_t kCapacity = 4096;

/// Rounds count from 1. In round r, slot r mod capacity gets a new host, and the sequence of all
/// hosts becomes r.
std::uint64_t round_of_slot(std::uint32_t slot, std::uint64_t round) {
  const std::uint64_t back = (round + kCapacity - slot) % kCapacity;
  return back >= round ? 0 : round - back;
}

HostRecord host_at(std::uint32_t slot, std::uint64_t round) {
  HostRecord record;
  record.agent_id = AgentId{1'000'000 * round_of_slot(slot, round) + slot + 1};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.registered_at = kFirstWall;
  record.interval_ms = 1000;
  record.epoch = 5;
  record.sequence = round;
  record.registered = true;
  return record;
}

/// The process that is killed: it goes on from `round` and writes to `tell` each round that is on
/// the disk.
[[noreturn]] void store_rounds(const fs::path& folder, std::uint64_t round, int tell) {
  HostTable host_table(kCapacity, 0);
  FolderLock lock(folder);
  DiskWatch watch;
  RegistryKeeper keeper(folder, {kCapacity}, host_table, watch);
  Ticker ticker(kCapacity);
  ticker.pass(Milliseconds{1});
  const bool first = keeper.start().restored.empty();
  for (;;) {
    ++round;
    for (std::uint32_t slot = 0; slot < kCapacity; ++slot)
      host_table.write(slot, host_at(slot, round));
    for (std::uint32_t slot = 0; first && round == 1 && slot < kCapacity; ++slot) {
      host_table.mark_changed(slot);
    }
    host_table.mark_changed(static_cast<std::uint32_t>(round % kCapacity));
    keeper.store_changes(lock, ticker.view.head.at, false);
    keeper.checkpoint(ticker.board, Duration{}, true);
    if (!keeper.trouble().empty()) ::_exit(1);
    if (::write(tell, &round, sizeof(round)) != sizeof(round)) ::_exit(2);
  }
}

/// A child process that stores rounds, and the pipe on which it tells them.
class Storing {
 public:
  Storing(const fs::path& folder, std::uint64_t round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      ::close(ends[0]);
      store_rounds(folder, round, ends[1]);
    }
    ::close(ends[1]);
    told_ = ends[0];
  }
  ~Storing() { ::close(told_); }
  Storing(const Storing&) = delete;
  Storing& operator=(const Storing&) = delete;

  /// Returns the next round that it tells, or 0 if none came in that time.
  std::uint64_t next(std::chrono::milliseconds patience) {
    pollfd waits{told_, POLLIN, 0};
    if (::poll(&waits, 1, static_cast<int>(patience.count())) != 1) return 0;
    std::uint64_t round = 0;
    REQUIRE(::read(told_, &round, sizeof(round)) == sizeof(round));
    return round;
  }

  /// Kills it and returns the last round that it told, or `last` if it told none.
  std::uint64_t kill(std::uint64_t last) {
    REQUIRE(::kill(child_, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child_, &status, 0) == child_);
    REQUIRE(WIFSIGNALED(status));
    for (std::uint64_t round = 0; ::read(told_, &round, sizeof(round)) == sizeof(round);) {
      last = round;
    }
    return last;
  }

 private:
  pid_t child_ = -1;
  int told_ = -1;
};

}  // namespace

TEST_CASE("killed in the middle of storing, the last whole checkpoint and registry come back") {
  const TemporaryFolder folder;
  std::mt19937 random(2026);
  std::uint64_t round = 0;
  std::uint64_t start_number = 0;
  int between_the_two = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    CAPTURE(kill);
    Storing storing(folder.path(), round);
    std::uint64_t last = storing.next(std::chrono::seconds(60));
    REQUIRE(last == round + 1);
    // The kill comes at any moment of the next rounds.
    const auto until = std::chrono::steady_clock::now() +
                       std::chrono::microseconds(std::uniform_int_distribution(0, 20'000)(random));
    while (std::chrono::steady_clock::now() < until) {
      last = std::max(last, storing.next(std::chrono::milliseconds(0)));
    }
    last = storing.kill(last);

    HostTable host_table(kCapacity, 0);
    DiskWatch watch;
    RegistryKeeper keeper(folder.path(), {kCapacity}, host_table, watch);
    CHECK(keeper.start().start_number > start_number);
    start_number = keeper.start().start_number;
    REQUIRE(keeper.start().restored.size() == kCapacity);
    const std::uint64_t checkpointed = keeper.start().restored.back().last.sequence;
    // The rounds that it told are stored. The round in which it died is stored whole, or not at
    // all.
    CHECK(checkpointed >= last);
    CHECK(checkpointed <= last + 1);
    std::uint64_t registered = checkpointed;
    const std::uint32_t next_slot = (checkpointed + 1) % kCapacity;
    for (const RestoredHost& tenancy : keeper.start().restored) {
      const AgentId before = host_at(tenancy.slot, checkpointed).agent_id;
      if (tenancy.slot == next_slot && tenancy.agent_id != before) {
        // The round's rows were stored, but not its checkpoint: it knows nothing of the new host.
        CHECK(tenancy.agent_id == host_at(tenancy.slot, checkpointed + 1).agent_id);
        CHECK(tenancy.last.sequence == 0);
        ++registered;
        ++between_the_two;
        continue;
      }
      CHECK(tenancy.agent_id == before);
      CHECK(tenancy.last.sequence == checkpointed);
    }
    CHECK(registered <= last + 1);
    round = registered;
  }
  // Some kills met a round between or in its two transactions.
  CHECK(between_the_two > 0);
}
