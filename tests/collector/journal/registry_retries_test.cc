// While the disk is in trouble, what goes through the whole registry (opening it, a checkpoint) is
// tried on a constant schedule.

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <new>
#include <thread>
#include <vector>

#include "collector/journal/registry_start.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/temporary_folder.h"
#include "tests/harness/touched_page.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

TEST_CASE("a registry that cannot be opened is tried on a constant schedule, and nothing is lost") {
  constexpr int kPeriods = 6;
  constexpr int kTicksAPeriod = kRegistryRetryPeriod / 1s;
  for (const auto fault :
       {FaultyDisk::Fault::kFull, FaultyDisk::Fault::kReadOnly, FaultyDisk::Fault::kBroken}) {
    CAPTURE(static_cast<int>(fault));
    FaultyDisk disk;
    TemporaryFolder folder;
    Storage(folder.path()).tick();
    disk.set(fault, kRegistryFile);
    Storage storage(folder.path());
    (void)disk.take_asked();
    for (int tick = 0; tick < kPeriods * kTicksAPeriod; ++tick) {
      storage.enter(static_cast<std::uint32_t>(tick));
      storage.tick();
      storage.store_changes();  // Actions of operators cause such a turn between two ticks.
      CHECK_FALSE(storage.registry.trouble().empty());
    }
    CHECK(disk.take_asked().opened == kPeriods);
    disk.set(FaultyDisk::Fault::kNone);
    for (int tick = 0; tick < kTicksAPeriod; ++tick) storage.tick();
    CHECK(storage.well());
    CHECK(storage.stored() == kPeriods * kTicksAPeriod);
    CHECK(storage.registry.checkpoint_work().writes >= 1);
  }
}

TEST_CASE("a checkpoint that fails is tried on a constant schedule") {
  constexpr int kPeriods = 6;
  constexpr int kTicksAPeriod = kRegistryRetryPeriod / 1s;
  FaultyDisk disk;
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.tick();
  disk.set(FaultyDisk::Fault::kFull, kRegistryFile);
  while (storage.registry.trouble().empty()) storage.tick();
  // Nothing else has to be written.
  const std::int64_t refused_each = disk.take_asked().refused;
  CHECK(refused_each >= 1);
  for (int tick = 0; tick < kPeriods * kTicksAPeriod; ++tick) {
    storage.tick();
    CHECK_FALSE(storage.registry.trouble().empty());
  }
  CHECK(disk.take_asked().refused == kPeriods * refused_each);
  // While changes fail, the checkpoint waits longer, but not forever.
  for (int tick = 0; tick < 2 * kTicksAPeriod; ++tick) {
    storage.enter(1);
    storage.tick();
  }
  CHECK(disk.take_asked().refused == (2 * kTicksAPeriod + 1) * refused_each);
  disk.set(FaultyDisk::Fault::kNone);
  const std::uint64_t before = storage.registry.checkpoint_work().writes;
  for (int tick = 0; tick < kTicksAPeriod; ++tick) storage.tick();
  CHECK(storage.well());
  CHECK(storage.registry.checkpoint_work().writes > before);
}

TEST_CASE("a checkpoint leaves no host out whose row is being written, and comes when it is") {
  TemporaryFolder folder;
  {
    Storage storage(folder.path());
    storage.enter(7);
    while (storage.registry.checkpoint_work().writes == 0) storage.tick();
    // A writer loses its processor in the middle of the row, and has it again at last. The record's
    // name, which it copies first, ends a page; the rest is on the next one.
    std::vector<std::byte> memory(3 * TouchedPage::page_bytes());
    auto* const first_page = static_cast<std::byte*>(TouchedPage::page_from(memory.data()));
    std::byte* const place = first_page + TouchedPage::page_bytes() - sizeof(HostName);
    auto* const record = new (place) HostRecord(host_at(7));
    std::atomic<bool> is_writing{false};
    std::atomic<bool> may_go_on{false};
    const TouchedPage page(first_page, TouchedPage::Touch::kAny, [&] {
      is_writing = true;
      while (!may_go_on) std::this_thread::yield();
    });
    std::thread writer([&] { storage.host_table.write(7, *record); });
    while (!is_writing) std::this_thread::yield();
    for (int tick = 0; tick < 5; ++tick) storage.tick();
    CHECK(storage.registry.trouble() == "a row was written without a pause");
    may_go_on = true;
    writer.join();
    const std::uint64_t before = storage.registry.checkpoint_work().writes;
    for (int tick = 0; tick < kRegistryRetryPeriod / 1s; ++tick) storage.tick();
    CHECK(storage.well());
    CHECK(storage.registry.checkpoint_work().writes > before);
  }
  const RegistryStart next = start_registry(folder.path(), {kCapacity});
  REQUIRE(next.restored.size() == 1);
  CHECK(next.restored[0].last.epoch == 5);
}

TEST_CASE("a registry that goes again and again is made anew once a period, and missed meanwhile") {
  TemporaryFolder folder;
  Storage storage(folder.path());
  storage.enter(1);
  storage.tick();
  const auto remove = [&] {
    for (const char* part : {"", "-wal", "-shm"}) {
      fs::remove(folder / (kRegistryFile + std::string(part)));
    }
  };
  remove();
  storage.tick();
  REQUIRE(storage.well());
  remove();
  storage.enter(2);
  for (int tick = 1; tick < kRegistryRetryPeriod / 1s; ++tick) {
    storage.tick();
    CHECK(storage.registry.trouble().find("no longer there") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder / kRegistryFile));
  storage.tick();
  CHECK(storage.well());
  CHECK(storage.stored() == 2);
}
