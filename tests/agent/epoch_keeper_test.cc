#include "agent/epoch_keeper.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include "agent/loop/alarm.h"
#include "agent/loop/owned_loop.h"
#include "agent/state_folder.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/cryptography.h"
#include "schema/program/descriptor.h"
#include "tests/harness/faulty_calls.h"
#include "tests/harness/files.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

/// A state folder with its first epoch, and a keeper on a loop that stops when the keeper goes on.
struct Kept {
  /// Asks what the agent asks when the wall clock has run ahead by so much.
  bool may_send(Milliseconds ahead) { return keeper.may_send(wall_now() + ahead, uptime_now()); }
  /// Waits until the keeper goes on, up to a deadline.
  bool waits_well() {
    const int before = went_on;
    deadline.set(monotonic_now() + 30s);
    loop.run();
    return went_on == before + 1;
  }
  [[nodiscard]] std::string stored() const { return content_of(folder / "epoch"); }
  [[nodiscard]] std::string partial() const { return (folder / "epoch.partial").string(); }

  TemporaryFolder folder;
  StateFolder state{folder.path()};
  std::uint64_t first = (initialize_cryptography(), state.begin_epoch(wall_now()));
  OwnedLoop loop;
  Alarm deadline{loop.get(), [this] { loop.stop(); }};
  int went_on = 0;
  EpochKeeper keeper{loop.get(), folder.path(), first, state.is_stored(), [this] {
                       ++went_on;
                       loop.stop();
                     }};
};

TEST_CASE("a new epoch is stored before it is used, and then the snapshot that waited can go") {
  Kept kept;
  CHECK(kept.may_send(0ms));
  CHECK_FALSE(kept.may_send(1h));
  CHECK(kept.keeper.epoch() == kept.first);
  REQUIRE(kept.waits_well());
  CHECK(kept.keeper.epoch() > kept.first);
  CHECK(kept.stored() == std::to_string(kept.keeper.epoch()) + "\n");
  CHECK(kept.may_send(1h));

  const std::uint64_t second = kept.keeper.epoch();
  CHECK_FALSE(kept.may_send(2h));
  REQUIRE(kept.waits_well());
  CHECK(kept.keeper.epoch() > second);
  CHECK(kept.stored() == std::to_string(kept.keeper.epoch()) + "\n");
}

TEST_CASE("a disk that fails silences nobody: the new epoch is used although it is not stored") {
  Kept kept;
  std::filesystem::create_directory(kept.partial());
  CHECK_FALSE(kept.may_send(1h));
  REQUIRE(kept.waits_well());
  CHECK(kept.keeper.epoch() > kept.first);
  CHECK(kept.stored() == std::to_string(kept.first) + "\n");
  CHECK(kept.may_send(1h));

  // A damaged file is another such disk.
  std::filesystem::remove(kept.partial());
  std::ofstream(kept.folder / "epoch") << "18446744073709551615\n";
  const std::uint64_t second = kept.keeper.epoch();
  CHECK_FALSE(kept.may_send(2h));
  REQUIRE(kept.waits_well());
  CHECK(kept.keeper.epoch() > second);
  CHECK(kept.may_send(2h));
}

TEST_CASE("a disk that hangs keeps back one snapshot, and what it stores late counts as stored") {
  Kept kept;
  REQUIRE(::mkfifo(kept.partial().c_str(), 0600) == 0);
  CHECK_FALSE(kept.may_send(1h));  // The worker opens the pipe, and hangs: nobody reads there.
  CHECK(kept.keeper.epoch() == kept.first);
  CHECK(kept.may_send(1h));
  const std::uint64_t second = kept.keeper.epoch();
  CHECK(second > kept.first);

  // The clock is set once more meanwhile. The disk hangs still.
  CHECK_FALSE(kept.may_send(2h));
  CHECK(kept.may_send(2h));
  const std::uint64_t third = kept.keeper.epoch();
  CHECK(third > second);
  CHECK(kept.stored() == std::to_string(kept.first) + "\n");

  // Once more, and now the disk answers, to the second epoch first: what it could not store, since
  // a pipe cannot be synced, is out of date. The newest is stored next.
  CHECK_FALSE(kept.may_send(3h));
  const Descriptor reader(::open(kept.partial().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(reader.is_open());
  REQUIRE(kept.waits_well());
  CHECK(kept.keeper.epoch() > third);
  CHECK(kept.stored() == std::to_string(kept.keeper.epoch()) + "\n");
  CHECK(kept.may_send(3h));
}

TEST_CASE("what the disk did not take it is asked for again, and what it has then counts") {
  Kept kept;
  std::filesystem::create_directory(kept.partial());
  CHECK_FALSE(kept.may_send(1h));
  REQUIRE(kept.waits_well());
  const std::uint64_t second = kept.keeper.epoch();
  const Milliseconds uptime = uptime_now();
  // Both clocks go on, and at first the disk is as it was.
  const auto may_send_after = [&](Milliseconds later) {
    return kept.keeper.may_send(wall_now() + 1h + later, uptime + later);
  };
  CHECK(may_send_after(kEpochRetryPeriod));
  kept.deadline.set(monotonic_now() + 100ms);
  kept.loop.run();
  CHECK(kept.stored() == std::to_string(kept.first) + "\n");
  std::filesystem::remove(kept.partial());
  for (int i = 2; kept.stored() != std::to_string(second) + "\n"; ++i) {
    REQUIRE(i < 1000);
    CHECK(may_send_after(i * kEpochRetryPeriod));
    kept.deadline.set(monotonic_now() + 20ms);
    kept.loop.run();
  }
  CHECK(kept.keeper.epoch() == second);
}

TEST_CASE("without a thread to store it, the new epoch is used at once") {
  Kept kept;
  {
    const test::FaultyThreads none(0);
    CHECK(kept.may_send(1h));
  }
  CHECK(kept.keeper.epoch() > kept.first);
  CHECK(kept.went_on == 0);
  CHECK_FALSE(kept.may_send(2h));
  REQUIRE(kept.waits_well());
  CHECK(kept.stored() == std::to_string(kept.keeper.epoch()) + "\n");
}

}  // namespace
}  // namespace flatline
