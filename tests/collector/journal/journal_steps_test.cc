// The journal's steps, taken by hand: without its thread, and in another order than its own.

#include "collector/journal/journal_steps.h"

#include <doctest/doctest.h>

#include "tests/collector/journal/storage.h"
#include "tests/harness/temporary_folder.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

TEST_CASE("the journal's steps need no thread, and store the same in another order") {
  TemporaryFolder folder;
  JournalOptions options;
  options.folder = folder.path();
  options.capacity = kCapacity;
  options.history_step = kShape.step;
  options.history_keep = kShape.step * kShape.steps;
  Ticker ticker(kCapacity);
  {
    HostTable host_table(kCapacity, 0);
    JournalSteps steps(options, host_table, ticker.board);
    host_table.write(7, host_at(7));
    host_table.mark_changed(7);
    steps.checkpoint(true);  // Before the registry knows the host.
    while (steps.store_history()) {
    }
    steps.store_changes(false);
    ticker.pass(1s);
    CHECK_FALSE(steps.store_history());
    const auto silence = steps.look();
    REQUIRE(silence);
    CHECK(silence->lasts == 0ms);
    const StorageStatus status = steps.status();
    CHECK(status.reason == "");
    CHECK(status.registry_rows == 1);
    CHECK(status.checkpoints.writes == 1);
    CHECK(status.history.writes == 2);
  }
  HostTable host_table(kCapacity, 0);
  JournalSteps again(options, host_table, ticker.board);
  REQUIRE(again.start().restored.size() == 1);
  CHECK(again.start().restored[0].slot == 7);
  CHECK(again.start().restored[0].last.epoch == 5);
}
