#include "collector/journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "collector/journal/registry.h"
#include "schema/clock.h"
#include "schema/error.h"
#include "schema/log.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "flatline.db";

/// Makes the folder and holds its lock until the end: two collectors on one registry would give
/// slots away twice.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
      throw Failure(
          fmt::format("--data {}: cannot make the folder: {}", folder.string(), error.message()));
    }
    descriptor_ = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
      throw Failure(fmt::format("--data {}: cannot write there: {}", folder.string(),
                                system_error_text(errno)));
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      throw Failure(
          fmt::format("--data {}: another collector uses it; stop that one, or give this "
                      "one a folder of its own",
                      folder.string()));
    }
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

/// Renames a corrupt database and what belongs to it: nothing is deleted.
void set_aside(const fs::path& file, const std::string& why) {
  const auto now = wall_now().time_since_epoch().count();
  for (const char* part : {"", "-wal", "-shm"}) {
    const fs::path from = file.string() + part;
    std::error_code error;
    fs::rename(from, fmt::format("{}.corrupt-{}{}", file.string(), now, part), error);
  }
  log_warning("{}: {}; set aside as {}.corrupt-{}, a new registry begins", file.string(), why,
              file.string(), now);
}

std::unique_ptr<Registry> open_registry(const fs::path& file, std::uint32_t capacity) {
  try {
    return std::make_unique<Registry>(file, capacity, wall_now());
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) {
      throw Failure(fmt::format("{}: cannot use it: {}", file.string(), error.what()));
    }
    set_aside(file, error.what());
  }
  try {
    return std::make_unique<Registry>(file, capacity, wall_now());
  } catch (const SqliteError& error) {
    throw Failure(fmt::format("{}: cannot use it: {}", file.string(), error.what()));
  }
}

}  // namespace

struct Journal::State {
  State(const fs::path& folder, std::uint32_t slots, Roster& from)
      : lock(folder),
        file(folder / kFileName),
        capacity(slots),
        roster(from),
        registry(open_registry(file, slots)) {
    try {
      start_number = registry->count_start();
      restored = registry->tenancies();
    } catch (const SqliteError& error) {
      throw Failure(fmt::format("{}: cannot use it: {}", file.string(), error.what()));
    }
  }

  /// The thread: sleeps until woken, then stores what changed.
  void run() {
    for (bool last = false; !last;) {
      {
        std::unique_lock guard(mutex);
        woken.wait(guard, [&] { return wanted || stopping; });
        wanted = false;
        last = stopping;
      }
      store_changes();
    }
  }

  void store_changes() {
    std::array<std::uint32_t, kRegistryBatch> slots;
    while (const std::size_t count = roster.take_changed(slots)) {
      const std::span taken(slots.data(), count);
      try {
        if (!registry) registry = open_registry(file, capacity);
        store(taken);
        report({});
      } catch (const std::exception& error) {
        // The marks go back: the next wake tries again, with what is true then.
        for (const std::uint32_t slot : taken) roster.mark_changed(slot);
        const auto* sqlite = dynamic_cast<const SqliteError*>(&error);
        if (sqlite != nullptr && sqlite->is_corruption()) begin_anew(error.what());
        report({true, fmt::format("{}: {}", file.string(), error.what())});
        return;
      }
    }
  }

  void store(std::span<const std::uint32_t> slots) {
    std::vector<SlotChange> changes;
    changes.reserve(slots.size());
    for (const std::uint32_t slot : slots) {
      HostRecord record;
      if (!roster.read(slot, record)) throw Failure("a row was written without a pause");
      SlotChange change{slot, std::nullopt};
      if (record.registered) {
        change.tenancy = {slot, record.agent_id, record.name, record.registered_at,
                          Milliseconds{record.interval_ms}};
      }
      changes.push_back(change);
    }
    registry->store(changes);
  }

  /// The file turned out corrupt: it is set aside, and everybody is stored anew.
  void begin_anew(const std::string& why) {
    registry.reset();
    set_aside(file, why);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) roster.mark_changed(slot);
  }

  void report(StorageStatus now) {
    const std::lock_guard guard(mutex);
    if (now.degraded != status.degraded) {
      log_warning("storage: {}", now.degraded ? now.reason : "whole again");
    }
    status = std::move(now);
    degraded.store(status.degraded, std::memory_order_relaxed);
  }

  FolderLock lock;
  fs::path file;
  std::uint32_t capacity;
  Roster& roster;
  std::unique_ptr<Registry> registry;
  std::uint64_t start_number = 0;
  std::vector<Tenancy> restored;

  mutable std::mutex mutex;
  std::condition_variable woken;
  bool wanted = false;
  bool stopping = false;
  StorageStatus status;
  std::atomic<bool> degraded{false};
  std::thread thread;
};

Journal::Journal(const fs::path& folder, std::uint32_t capacity, Roster& roster)
    : state_(std::make_unique<State>(folder, capacity, roster)) {}

Journal::~Journal() {
  if (!state_->thread.joinable()) return;
  {
    const std::lock_guard guard(state_->mutex);
    state_->stopping = true;
  }
  state_->woken.notify_one();
  state_->thread.join();
}

std::uint64_t Journal::start_number() const {
  return state_->start_number;
}

const std::vector<Tenancy>& Journal::restored() const {
  return state_->restored;
}

void Journal::start() {
  state_->thread = std::thread([this] { state_->run(); });
}

/// The lock is only ever held for a few assignments, never while the disk works; should the thread
/// hold it this very moment, the next tick wakes it.
void Journal::wake() {
  const std::unique_lock guard(state_->mutex, std::try_to_lock);
  if (!guard) return;
  state_->wanted = true;
  state_->woken.notify_one();
}

bool Journal::degraded() const {
  return state_->degraded.load(std::memory_order_relaxed);
}

StorageStatus Journal::status() const {
  const std::lock_guard guard(state_->mutex);
  return state_->status;
}

}  // namespace flatline
