#include "collector/journal/data_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "schema/program/error.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

int open_lock(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    throw Failure(
        fmt::format("--data {}: cannot open it: {}", folder.string(), system_error_text(errno)));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    throw Failure(
        fmt::format("--data {}: another collector uses it; stop that one, or give this "
                    "one a folder of its own",
                    folder.string()));
  }
  return descriptor;
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder, std::function<void()> taken_over)
    : folder_(folder), taken_over_(std::move(taken_over)) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Failure(
        fmt::format("--data {}: cannot make the folder: {}", folder.string(), error.message()));
  }
  descriptor_ = open_lock(folder);
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

void FolderLock::hold() {
  struct stat held {};
  struct stat there {};
  const bool same = ::fstat(descriptor_, &held) == 0 && ::stat(folder_.c_str(), &there) == 0 &&
                    held.st_dev == there.st_dev && held.st_ino == there.st_ino;
  if (same) return;
  const int descriptor = open_lock(folder_);
  ::close(descriptor_);
  descriptor_ = descriptor;
  taken_over_();
}

bool is_folder_locked(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  ::close(descriptor);
  return locked;
}

/// The log goes first: a crash in between leaves a database without its last changes, never a log
/// beside a database that is not its own.
fs::path set_aside(const fs::path& file, const std::string& why, WallTime now) {
  const std::string aside =
      fmt::format("{}.{}-{}", file.string(), why, now.time_since_epoch().count());
  for (const char* part : {"-wal", "-shm", ""}) {
    std::error_code error;
    fs::rename(file.string() + part, aside + part, error);
  }
  return aside;
}

void sync_path(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) {
    throw Failure(fmt::format("{}: cannot sync it: {}", path.string(), system_error_text(error)));
  }
}

}  // namespace flatline
