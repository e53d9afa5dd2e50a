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

Descriptor open_folder(const fs::path& folder) {
  return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Descriptor open_lock(const fs::path& folder) {
  Descriptor opened = open_folder(folder);
  if (!opened.is_open()) {
    throw Failure(
        fmt::format("--data {}: cannot open it: {}", folder.string(), system_error_text(errno)));
  }
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Failure(
        fmt::format("--data {}: another collector uses it; stop that one, or give this "
                    "one a folder of its own",
                    folder.string()));
  }
  return opened;
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
  locked_ = open_lock(folder);
}

void FolderLock::hold() {
  struct stat held {};
  struct stat there {};
  const bool same = ::fstat(locked_.get(), &held) == 0 && ::stat(folder_.c_str(), &there) == 0 &&
                    held.st_dev == there.st_dev && held.st_ino == there.st_ino;
  if (same) return;
  locked_ = open_lock(folder_);
  taken_over_();
}

bool is_folder_locked(const fs::path& folder) {
  const Descriptor opened = open_folder(folder);
  return opened.is_open() && ::flock(opened.get(), LOCK_SH | LOCK_NB) != 0;
}

/// The log is renamed first. So a crash in between leaves a database without its last changes, and
/// never a log beside a database that it does not belong to.
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
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.is_open() && ::fsync(opened.get()) == 0) return;
  throw Failure(fmt::format("{}: cannot sync it: {}", path.string(), system_error_text(errno)));
}

}  // namespace flatline
