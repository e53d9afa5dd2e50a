#include "tests/collector/journal/faulty_disk.h"

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "tests/harness/child_process.h"

namespace flatline::test {
namespace {

struct Disk {
  std::mutex mutex;
  std::condition_variable changed;
  FaultyDisk::Fault fault = FaultyDisk::Fault::kNone;
  std::string name;
  bool holding = false;
  int held = 0;
  FaultyDisk::Written written;
  FaultyDisk::Asked asked;
};

Disk& disk() {
  static Disk the_disk;
  return the_disk;
}

/// SQLite's own file object follows ours in memory.
struct File {
  sqlite3_file base;
  const char* name;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs vfs;
sqlite3_io_methods methods;

int error_of(FaultyDisk::Fault fault) {
  switch (fault) {
    case FaultyDisk::Fault::kNone:
    case FaultyDisk::Fault::kUnreadable:
      break;
    case FaultyDisk::Fault::kFull:
      return SQLITE_FULL;
    case FaultyDisk::Fault::kReadOnly:
      return SQLITE_READONLY;
    case FaultyDisk::Fault::kBroken:
      return SQLITE_IOERR_WRITE;
  }
  return SQLITE_OK;
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  File& ours = File::of(file);
  {
    std::unique_lock guard(disk().mutex);
    if (disk().holding) {
      ++disk().held;
      disk().changed.notify_all();
      disk().changed.wait(guard, [] { return !disk().holding; });
      --disk().held;
    }
    const std::string name = ours.name != nullptr ? ours.name : "";
    const int error = error_of(disk().fault);
    if (error != SQLITE_OK && name.find(disk().name) != std::string::npos) {
      ++disk().asked.refused;
      return error;
    }
    disk().written.writes += 1;
    disk().written.bytes += size;
  }
  return ours.real()->pMethods->xWrite(ours.real(), from, size, offset);
}

/// Passes a call on to SQLite's own file.
template <auto Method, typename... Args>
int pass(sqlite3_file* file, Args... args) {
  sqlite3_file* real = File::of(file).real();
  return (real->pMethods->*Method)(real, args...);
}

void barrier(sqlite3_file* file) {
  sqlite3_file* real = File::of(file).real();
  real->pMethods->xShmBarrier(real);
}

/// Counts an attempt to open a file, and says whether it fails: because no file can be opened, or
/// because it would create a file on a read-only disk.
bool refused(const char* name, int flags) {
  const std::lock_guard guard(disk().mutex);
  if (name == nullptr || std::string_view(name).find(disk().name) == std::string_view::npos) {
    return false;
  }
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) ++disk().asked.opened;
  const bool makes = (flags & SQLITE_OPEN_CREATE) != 0 && ::access(name, F_OK) != 0;
  return disk().fault == FaultyDisk::Fault::kUnreadable ||
         (disk().fault == FaultyDisk::Fault::kReadOnly && makes);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  File* ours = new (file) File{};
  ours->name = name;
  if (refused(name, flags)) return SQLITE_CANTOPEN;
  const int code = real_vfs->xOpen(real_vfs, name, ours->real(), flags, out_flags);
  ours->base.pMethods = ours->real()->pMethods != nullptr ? &methods : nullptr;
  return code;
}

void fill_methods() {
  methods.iVersion = 2;
  methods.xClose = pass<&sqlite3_io_methods::xClose>;
  methods.xRead = pass<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>;
  methods.xWrite = write;
  methods.xTruncate = pass<&sqlite3_io_methods::xTruncate, sqlite3_int64>;
  methods.xSync = pass<&sqlite3_io_methods::xSync, int>;
  methods.xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
  methods.xLock = pass<&sqlite3_io_methods::xLock, int>;
  methods.xUnlock = pass<&sqlite3_io_methods::xUnlock, int>;
  methods.xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>;
  methods.xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>;
  methods.xSectorSize = pass<&sqlite3_io_methods::xSectorSize>;
  methods.xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>;
  methods.xShmMap = pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>;
  methods.xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>;
  methods.xShmBarrier = barrier;
  methods.xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  sqlite3_initialize();
  real_vfs = sqlite3_vfs_find(nullptr);
  vfs = *real_vfs;
  vfs.zName = "faulty";
  vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  vfs.xOpen = open;
  vfs.pNext = nullptr;
  fill_methods();
  sqlite3_vfs_register(&vfs, 1);
}

FaultyDisk::~FaultyDisk() {
  set(Fault::kNone);
  release();
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

void FaultyDisk::set(Fault fault, const std::string& name) {
  const std::lock_guard guard(disk().mutex);
  disk().fault = fault;
  disk().name = name;
}

void FaultyDisk::hold() {
  const std::lock_guard guard(disk().mutex);
  disk().holding = true;
}

void FaultyDisk::release() {
  const std::lock_guard guard(disk().mutex);
  disk().holding = false;
  disk().changed.notify_all();
}

bool FaultyDisk::await_held(const std::function<void()>& nudge) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    nudge();
    std::unique_lock guard(disk().mutex);
    const auto is_held = [] { return disk().held > 0; };
    if (disk().changed.wait_for(guard, std::chrono::milliseconds{10}, is_held)) return true;
  }
  return false;
}

FaultyDisk::Written FaultyDisk::take_written() {
  const std::lock_guard guard(disk().mutex);
  return std::exchange(disk().written, {});
}

FaultyDisk::Asked FaultyDisk::take_asked() {
  const std::lock_guard guard(disk().mutex);
  return std::exchange(disk().asked, {});
}

}  // namespace flatline::test
