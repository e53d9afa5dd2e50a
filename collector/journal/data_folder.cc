#include "collector/journal/data_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "schema/program/error.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

Descriptor open_folder(const fs::path& folder) {
  return open_file(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

Descriptor open_lock(const fs::path& folder) {
  Descriptor opened = open_folder(folder);
  if (!opened.is_open()) {
    throw Failure(
        fmt::format("--data {}: cannot open it: {}", folder.string(), system_error_text(errno)));
  }
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      throw Failure(
          fmt::format("--data {}: cannot lock it: {}", folder.string(), system_error_text(errno)));
    }
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

/// A folder about which the system does not tell may be ours. To lock it anew would then fail on
/// our own lock, and the reason told would be a wrong one.
void FolderLock::hold() {
  struct stat held {};
  struct stat there {};
  const bool told = ::fstat(locked_.get(), &held) == 0 && ::stat(folder_.c_str(), &there) == 0;
  if (!told && errno != ENOENT && errno != ENOTDIR) {
    throw Failure(fmt::format("--data {}: cannot tell whether it is still there: {}",
                              folder_.string(), system_error_text(errno)));
  }
  if (told && held.st_dev == there.st_dev && held.st_ino == there.st_ino) return;
  locked_ = open_lock(folder_);
  taken_over_();
}

bool is_folder_locked(const fs::path& folder) {
  const Descriptor opened = open_folder(folder);
  if (!opened.is_open()) {
    throw Failure(fmt::format("{}: cannot open it: {}", folder.string(), system_error_text(errno)));
  }
  if (::flock(opened.get(), LOCK_SH | LOCK_NB) == 0) return false;
  if (errno == EWOULDBLOCK) return true;
  throw Failure(fmt::format("{}: cannot tell whether it is locked: {}", folder.string(),
                            system_error_text(errno)));
}

fs::path aside_name(const fs::path& file, const std::string& why, WallTime now) {
  return fmt::format("{}.{}-{}", file.string(), why, now.time_since_epoch().count());
}

/// The log is renamed first. So a crash in between leaves a database without its last changes, and
/// never a log beside a database that it does not belong to.
fs::path set_aside(const fs::path& file, const std::string& why, WallTime now) {
  const std::string aside = aside_name(file, why, now);
  for (const char* part : {"-wal", "-shm", ""}) {
    std::error_code error;
    fs::rename(file.string() + part, aside + part, error);
  }
  return aside;
}

void replace_database(const fs::path& unfinished, const fs::path& file, const fs::path& aside) {
  std::error_code error;
  sync_path(unfinished);
  fs::rename(file.string() + "-wal", aside.string() + "-wal", error);
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Failure(fmt::format("{}-wal: cannot set it aside: {}", file.string(), error.message()));
  }
  fs::remove(file.string() + "-shm", error);
  fs::create_hard_link(file, aside, error);
  // Some file systems have no such links. What is set aside already is never replaced.
  if (error && error != std::errc::file_exists) fs::rename(file, aside, error);
  if (error) {
    throw Failure(fmt::format("{}: cannot set it aside: {}", file.string(), error.message()));
  }
  fs::rename(unfinished, file, error);
  if (error) {
    throw Failure(fmt::format("{}: cannot rename {} to it: {}", file.string(), unfinished.string(),
                              error.message()));
  }
  sync_path(file.parent_path());
}

void sync_path(const fs::path& path) {
  const Descriptor opened = open_file(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened.is_open() && ::fsync(opened.get()) == 0) return;
  throw Failure(fmt::format("{}: cannot sync it: {}", path.string(), system_error_text(errno)));
}

}  // namespace flatline
