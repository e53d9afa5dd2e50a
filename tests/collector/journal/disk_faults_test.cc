// Each fault of the disk at each call that SQLite makes, at a start and while the collector runs:
// nothing ends, nothing sound is set aside, nobody is lost, the reason is told, and all is well
// when the fault is over. FLATLINE_TABLE=1 prints what became of each.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>

#include "schema/program/error.h"
#include "tests/collector/journal/faulty_disk.h"
#include "tests/collector/journal/storage.h"
#include "tests/harness/temporary_folder.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using Call = FaultyDisk::Call;
using Mishap = FaultyDisk::Mishap;

constexpr std::array<const char*, FaultyDisk::kCalls> kCallNames = {
    "open", "read", "write", "sync", "size", "truncate", "delete", "lock"};
constexpr std::array<const char*, FaultyDisk::kMishaps> kMishapNames = {
    "I/O error", "disk full", "half of it", "a wrong bit"};
constexpr std::uint32_t kHosts = 20;
constexpr std::int64_t kAlways = 1'000'000;

std::size_t files_aside(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    count += entry.path().filename().string().find(".corrupt-") != std::string::npos ? 1 : 0;
  }
  return count;
}

/// What became of one fault, over all the places where it was tried.
struct Became {
  int tried = 0;
  int refused = 0;   ///< Starts that were refused.
  int degraded = 0;  ///< How often something was told.
  int aside = 0;     ///< How often a file was set aside.
  std::set<std::string> said;

  /// Keeps what was said, without the folder and the numbers that differ from time to time.
  void hear(const std::string& text, const fs::path& folder) {
    if (text.empty()) return;
    ++degraded;
    std::string brief = text;
    for (std::size_t at = 0; (at = brief.find(folder.string() + "/")) != std::string::npos;) {
      brief.erase(at, folder.string().size() + 1);
    }
    said.insert(brief);
  }
};

void live(const fs::path& folder) {
  Storage storage(folder);
  for (std::uint32_t slot = 0; slot < kHosts; ++slot) storage.enter(slot);
  for (int tick = 0; tick < 4; ++tick) storage.tick();
  REQUIRE(storage.well());
}

void copy_lived(const fs::path& folder) {
  static const TemporaryFolder model;
  static const bool lived = [] {
    live(model.path());
    return true;
  }();
  REQUIRE(lived);
  for (const char* file : {kRegistryFile, kHistoryFile}) fs::copy_file(model / file, folder / file);
}

/// A wrong bit that is written is damage, and so is one that every reading finds: what is damaged
/// is set aside. Nothing else is.
void check_files(const fs::path& folder, Mishap mishap, Call call, std::int64_t times,
                 Became& became) {
  const std::size_t aside = files_aside(folder);
  became.aside += static_cast<int>(aside);
  const bool damaged = mishap == Mishap::kFlipped && (call == Call::kWrite || times == kAlways);
  CHECK((aside == 0 || damaged));
}

/// After the fault: all is well within the time of one retry, and the disk holds everybody.
void check_healing(Storage& storage) {
  storage.ticker.pass(kRegistryRetryPeriod);
  for (int tick = 0; tick < 4; ++tick) storage.tick();
  CHECK_MESSAGE(storage.registry.trouble() == "", storage.registry.trouble());
  CHECK_MESSAGE(storage.history.trouble() == "", storage.history.trouble());
}

void try_running(Call call, Mishap mishap, std::int64_t granted, std::int64_t times,
                 Became& became) {
  const TemporaryFolder folder;
  FaultyDisk disk;
  {
    Storage storage(folder.path());
    for (std::uint32_t slot = 0; slot < kHosts; ++slot) storage.enter(slot);
    for (int tick = 0; tick < 2; ++tick) storage.tick();
    disk.befall(call, mishap, granted, times);
    for (std::uint32_t tick = 0; tick < 8; ++tick) {
      storage.enter(tick);
      // A log that is gone makes the files be opened again.
      if (tick == 2) {
        for (const char* log : {"flatline.db-wal", "history.db-wal"}) fs::remove(folder / log);
      }
      CHECK_NOTHROW(storage.tick());
      became.hear(storage.registry.trouble(), folder.path());
      became.hear(storage.history.trouble(), folder.path());
    }
    became.tried += disk.befallen().mishaps > 0 ? 1 : 0;
    if (call != Call::kDelete) disk.befall(call, mishap, 0, 0);  // Logs are deleted at the end.
    check_healing(storage);
    CHECK(storage.stored() == kHosts);
  }
  if (call == Call::kDelete) {
    became.tried += disk.befallen().mishaps > 0 ? 1 : 0;
    disk.befall(call, mishap, 0, 0);
  }
  check_files(folder.path(), mishap, call, times, became);
  Storage again(folder.path());
  CHECK(again.registry.start().restored.size() == kHosts);
}

void try_starting(Call call, Mishap mishap, std::int64_t granted, std::int64_t times,
                  Became& became) {
  const TemporaryFolder folder;
  copy_lived(folder.path());
  FaultyDisk disk;
  disk.befall(call, mishap, granted, times);
  {
    std::optional<Storage> storage;
    try {
      storage.emplace(folder.path());
      CHECK(storage->registry.start().restored.size() == kHosts);
      became.hear(storage->registry.trouble(), folder.path());
    } catch (const Failure& failure) {
      ++became.refused;
      became.hear(failure.what(), folder.path());
    }
    if (disk.befallen().mishaps == 0) return;
    disk.befall(call, mishap, 0, 0);
    if (storage) {
      for (const RestoredHost& host : storage->registry.start().restored) {
        storage->enter(host.slot);
      }
      check_healing(*storage);
    }
  }
  ++became.tried;
  check_files(folder.path(), mishap, call, times, became);
  Storage again(folder.path());
  CHECK(again.registry.start().restored.size() == kHosts);
}

void print(Call call, Mishap mishap, const char* when, const Became& became) {
  if (std::getenv("FLATLINE_TABLE") == nullptr) return;
  fmt::print("{:<9}{:<12}{:<8}{:>3} tried, {:>2} refused, {:>3} told, {:>2} aside",
             kCallNames[static_cast<std::size_t>(call)],
             kMishapNames[static_cast<std::size_t>(mishap)], when, became.tried, became.refused,
             became.degraded, became.aside);
  fmt::print("{}{}\n", became.said.empty() ? "" : ": ",
             became.said.empty() ? "" : *became.said.begin());
}

template <typename Try>
void try_everywhere(const char* when, Try&& try_it) {
  for (int call = 0; call < FaultyDisk::kCalls; ++call) {
    for (int mishap = 0; mishap < FaultyDisk::kMishaps; ++mishap) {
      const auto which = static_cast<Call>(call);
      const auto how = static_cast<Mishap>(mishap);
      if (!FaultyDisk::can_happen(which, how)) continue;
      Became became;
      for (const std::int64_t times : {std::int64_t{1}, kAlways}) {
        for (const std::int64_t granted : {0, 1, 3, 8, 25}) {
          CAPTURE(kCallNames[static_cast<std::size_t>(call)]);
          CAPTURE(kMishapNames[static_cast<std::size_t>(mishap)]);
          CAPTURE(granted);
          CAPTURE(times);
          try_it(which, how, granted, times, became);
        }
      }
      print(which, how, when, became);
    }
  }
}

}  // namespace

TEST_CASE("each fault at each call of SQLite, while the collector runs") {
  try_everywhere("running", try_running);
}

TEST_CASE("each fault at each call of SQLite, at a start") {
  try_everywhere("start", try_starting);
}
