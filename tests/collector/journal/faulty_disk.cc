#include "tests/collector/journal/faulty_disk.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
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
  FaultyDisk::Call call = FaultyDisk::Call::kOpen;
  FaultyDisk::Mishap mishap = FaultyDisk::Mishap::kError;
  std::int64_t granted = 0;
  std::int64_t times = 0;
  std::string befallen_name;
  FaultyDisk::Befallen befallen;
  std::string spoilt_name;
  std::int64_t spoilt_at = -1;
};

Disk& disk() {
  static Disk the_disk;
  return the_disk;
}

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs vfs;
sqlite3_io_methods methods;

/// SQLite's own file object follows ours in memory.
struct File {
  sqlite3_file base;
  const char* name;
  int last_error;  ///< As SQLite's own files keep the system's error.

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

/// Counts a call, and says with which mishap it meets.
std::optional<FaultyDisk::Mishap> mishap_of(FaultyDisk::Call call, const char* name) {
  const std::lock_guard guard(disk().mutex);
  Disk& ours = disk();
  if (call != ours.call || ours.times == 0 || name == nullptr ||
      std::string_view(name).find(ours.befallen_name) == std::string_view::npos) {
    return std::nullopt;
  }
  const std::int64_t number = ours.befallen.calls++;
  if (number < ours.granted || number >= ours.granted + ours.times) return std::nullopt;
  ++ours.befallen.mishaps;
  return ours.mishap;
}

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
  const auto real_write = [&](const void* bytes, int count) {
    return ours.real()->pMethods->xWrite(ours.real(), bytes, count, offset);
  };
  const auto mishap = mishap_of(FaultyDisk::Call::kWrite, ours.name);
  if (!mishap) return real_write(from, size);
  switch (*mishap) {
    case FaultyDisk::Mishap::kError:
      break;
    case FaultyDisk::Mishap::kFull:
      return SQLITE_FULL;
    case FaultyDisk::Mishap::kTorn:
      (void)real_write(from, size / 2);
      break;
    case FaultyDisk::Mishap::kFlipped: {
      std::string bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
      bytes[bytes.size() / 2] ^= 0x10;
      return real_write(bytes.data(), size);
    }
  }
  return SQLITE_IOERR_WRITE;
}

int control(sqlite3_file* file, int operation, void* argument) {
  File& ours = File::of(file);
  if (operation == SQLITE_FCNTL_LAST_ERRNO && ours.last_error != 0) {
    *static_cast<int*>(argument) = ours.last_error;
    return SQLITE_OK;
  }
  return ours.real()->pMethods->xFileControl(ours.real(), operation, argument);
}

bool is_spoilt(const char* name, std::int64_t offset, int size) {
  const std::lock_guard guard(disk().mutex);
  const std::int64_t at = disk().spoilt_at;
  return at >= offset && at < offset + size && name != nullptr &&
         std::string_view(name).ends_with(disk().spoilt_name);
}

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  File& ours = File::of(file);
  const auto mishap = mishap_of(FaultyDisk::Call::kRead, ours.name);
  if (mishap == FaultyDisk::Mishap::kError || is_spoilt(ours.name, offset, size)) {
    ours.last_error = EIO;
    return SQLITE_IOERR_CORRUPTFS;  // So SQLite's own calls it; to its users it says "malformed".
  }
  const int code = ours.real()->pMethods->xRead(ours.real(), to, size, offset);
  if (!mishap || code != SQLITE_OK) return code;
  auto* const bytes = static_cast<char*>(to);
  if (mishap == FaultyDisk::Mishap::kFlipped) {
    bytes[0] ^= 0x10;  // Of a page this is its kind, so that it shows.
    return SQLITE_OK;
  }
  std::fill(bytes + size / 2, bytes + size, '\0');  // As SQLite's own does at a file's end.
  return SQLITE_IOERR_SHORT_READ;
}

/// A call that is made, or fails with `error`.
template <auto Method, FaultyDisk::Call kCall, int kError, typename... Args>
int may_fail(sqlite3_file* file, Args... args) {
  const auto mishap = mishap_of(kCall, File::of(file).name);
  if (mishap) return mishap == FaultyDisk::Mishap::kFull ? SQLITE_FULL : kError;
  sqlite3_file* real = File::of(file).real();
  return (real->pMethods->*Method)(real, args...);
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  if (mishap_of(FaultyDisk::Call::kDelete, name)) return SQLITE_IOERR_DELETE;
  return real_vfs->xDelete(real_vfs, name, sync_folder);
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
  if (mishap_of(FaultyDisk::Call::kOpen, name)) return SQLITE_CANTOPEN;
  const int code = real_vfs->xOpen(real_vfs, name, ours->real(), flags, out_flags);
  ours->base.pMethods = ours->real()->pMethods != nullptr ? &methods : nullptr;
  return code;
}

void fill_methods() {
  methods.iVersion = 2;
  methods.xClose = pass<&sqlite3_io_methods::xClose>;
  using enum FaultyDisk::Call;
  methods.xRead = read;
  methods.xWrite = write;
  methods.xTruncate =
      may_fail<&sqlite3_io_methods::xTruncate, kTruncate, SQLITE_IOERR_TRUNCATE, sqlite3_int64>;
  methods.xSync = may_fail<&sqlite3_io_methods::xSync, kSync, SQLITE_IOERR_FSYNC, int>;
  methods.xFileSize =
      may_fail<&sqlite3_io_methods::xFileSize, kSize, SQLITE_IOERR_FSTAT, sqlite3_int64*>;
  methods.xLock = may_fail<&sqlite3_io_methods::xLock, kLock, SQLITE_IOERR_LOCK, int>;
  methods.xUnlock = pass<&sqlite3_io_methods::xUnlock, int>;
  methods.xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>;
  methods.xFileControl = control;
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
  real_vfs = sqlite3_vfs_find("unix-excl");  // As sqlite.h has it.
  vfs = *real_vfs;
  vfs.zName = "faulty";
  vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.pNext = nullptr;
  fill_methods();
  sqlite3_vfs_register(&vfs, 1);
}

FaultyDisk::~FaultyDisk() {
  set(Fault::kNone);
  befall(Call::kOpen, Mishap::kError, 0, 0);
  spoil("", -1);
  release();
  (void)take_asked();
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(real_vfs, 1);
}

void FaultyDisk::set(Fault fault, const std::string& name) {
  const std::lock_guard guard(disk().mutex);
  disk().fault = fault;
  disk().name = name;
}

bool FaultyDisk::can_happen(Call call, Mishap mishap) {
  switch (mishap) {
    case Mishap::kError:
      return true;
    case Mishap::kFull:
      return call == Call::kWrite || call == Call::kSync;
    case Mishap::kTorn:
    case Mishap::kFlipped:
      break;
  }
  return call == Call::kRead || call == Call::kWrite;
}

void FaultyDisk::befall(Call call, Mishap mishap, std::int64_t granted, std::int64_t times,
                        const std::string& name) {
  const std::lock_guard guard(disk().mutex);
  disk().call = call;
  disk().mishap = mishap;
  disk().granted = granted;
  disk().times = times;
  disk().befallen_name = name;
  disk().befallen = {};
}

void FaultyDisk::spoil(const std::string& name, std::int64_t at) {
  const std::lock_guard guard(disk().mutex);
  disk().spoilt_name = name;
  disk().spoilt_at = at;
}

FaultyDisk::Befallen FaultyDisk::befallen() const {
  const std::lock_guard guard(disk().mutex);
  return disk().befallen;
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
