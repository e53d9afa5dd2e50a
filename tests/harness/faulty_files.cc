// Files that fail while a program runs. A test preloads this library into the program;
// FLATLINE_FAULTY_FILES names a file with a FaultPlan, which the test changes at any time.

#include "tests/harness/faulty_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using flatline::test::FaultPlan;
using flatline::test::FileCall;

FaultPlan* plan() {
  static FaultPlan* const mapped = []() -> FaultPlan* {
    const char* path = std::getenv("FLATLINE_FAULTY_FILES");
    if (path == nullptr) return nullptr;
    const auto file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC));
    if (file < 0) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(FaultPlan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::syscall(SYS_close, file);
    return memory == MAP_FAILED ? nullptr : static_cast<FaultPlan*>(memory);
  }();
  return mapped;
}

void hang(FaultPlan& told) {
  ++told.hanging;
  while (told.call != FileCall::kNone) {
    const timespec moment{0, 1'000'000};
    ::syscall(SYS_nanosleep, &moment, nullptr);
  }
  --told.hanging;
}

/// What becomes of a call to a file of this path: 0 if nothing does.
int fault_of(FileCall call, std::string_view path) {
  FaultPlan* const told = plan();
  if (told == nullptr || told->call.load(std::memory_order_acquire) != call) return 0;
  if (path.find(told->name.data()) == std::string_view::npos) return 0;
  if (told->granted-- > 0 || told->times-- <= 0) return 0;
  ++told->met;
  const int fault = told->fault;
  if (fault != FaultPlan::kHang) return fault;
  hang(*told);
  return 0;
}

int fault_of(FileCall call, int file) {
  FaultPlan* const told = plan();
  if (told == nullptr || told->call.load(std::memory_order_acquire) != call) return 0;
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  char path[4096];
  const auto size = ::syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path);
  return size <= 0 ? 0 : fault_of(call, std::string_view(path, static_cast<std::size_t>(size)));
}

template <typename Call>
ssize_t transfer(FileCall kind, int file, void* bytes, std::size_t size, Call&& call) {
  const int fault = fault_of(kind, file);
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  if (fault == FaultPlan::kShort && size > 1) size /= 2;
  const auto done = static_cast<ssize_t>(call(size));
  if (fault == FaultPlan::kFlip && done > 0 && kind == FileCall::kRead) {
    static_cast<char*>(bytes)[done / 2] ^= 0x10;
  }
  return done;
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  if (const int fault = fault_of(FileCall::kOpen, std::string_view(path)); fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

int sync_with(long number, int file) {
  if (const int fault = fault_of(FileCall::kSync, file); fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(number, file));
}

int stat_at(const char* path, struct stat* status) {
  if (const int fault = fault_of(FileCall::kStat, std::string_view(path)); fault > 0) {
    errno = fault;
    return -1;
  }
  return ::fstatat(AT_FDCWD, path, status, 0);
}

}  // namespace

// The same call has two names: ours is compiled with large files, other libraries are not.
extern "C" {
int open_by_name(const char* path, int flags, ...) __asm__("open");
int open64_by_name(const char* path, int flags, ...) __asm__("open64");
ssize_t pread_by_name(int file, void* to, std::size_t size, off_t at) __asm__("pread");
ssize_t pread64_by_name(int file, void* to, std::size_t size, off_t at) __asm__("pread64");
ssize_t pwrite_by_name(int file, const void* from, std::size_t size, off_t at) __asm__("pwrite");
ssize_t pwrite64_by_name(int file, const void* from, std::size_t size,
                         off_t at) __asm__("pwrite64");
int stat_by_name(const char* path, struct stat* status) __asm__("stat");
int stat64_by_name(const char* path, struct stat* status) __asm__("stat64");

int open_by_name(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(more, unsigned) : 0);
  va_end(more);
  return open_at(AT_FDCWD, path, flags, mode);
}
int open64_by_name(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(more, unsigned) : 0);
  va_end(more);
  return open_at(AT_FDCWD, path, flags, mode);
}
ssize_t read(int file, void* to, std::size_t size) {
  return transfer(FileCall::kRead, file, to, size,
                  [&](std::size_t count) { return ::syscall(SYS_read, file, to, count); });
}
ssize_t write(int file, const void* from, std::size_t size) {
  return transfer(FileCall::kWrite, file, nullptr, size,
                  [&](std::size_t count) { return ::syscall(SYS_write, file, from, count); });
}
ssize_t pread_by_name(int file, void* to, std::size_t size, off_t at) {
  return transfer(FileCall::kRead, file, to, size,
                  [&](std::size_t count) { return ::syscall(SYS_pread64, file, to, count, at); });
}
ssize_t pread64_by_name(int file, void* to, std::size_t size, off_t at) {
  return pread_by_name(file, to, size, at);
}
ssize_t pwrite_by_name(int file, const void* from, std::size_t size, off_t at) {
  return transfer(FileCall::kWrite, file, nullptr, size, [&](std::size_t count) {
    return ::syscall(SYS_pwrite64, file, from, count, at);
  });
}
ssize_t pwrite64_by_name(int file, const void* from, std::size_t size, off_t at) {
  return pwrite_by_name(file, from, size, at);
}
int fsync(int file) {
  return sync_with(SYS_fsync, file);
}
int fdatasync(int file) {
  return sync_with(SYS_fdatasync, file);
}
int syncfs(int file) noexcept {
  return sync_with(SYS_syncfs, file);
}
int stat_by_name(const char* path, struct stat* status) {
  return stat_at(path, status);
}
int stat64_by_name(const char* path, struct stat* status) {
  return stat_at(path, status);
}
int rename(const char* from, const char* to) noexcept {
  if (const int fault = fault_of(FileCall::kRename, std::string_view(to)); fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}
int link(const char* from, const char* to) noexcept {
  if (const int fault = fault_of(FileCall::kRename, std::string_view(to)); fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
}
