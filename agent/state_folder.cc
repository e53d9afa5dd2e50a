#include "agent/state_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "agent/epoch_file.h"
#include "agent/number_file.h"
#include "agent/state_file.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/wall_time.h"
#include "schema/wire/identity.h"

namespace flatline {
namespace {

constexpr std::string_view kLockName = "lock";

/// Tells why no epoch follows (next_epoch), and what to do. A collector that has heard this host
/// under such an epoch takes a lower one only after a `reset`.
[[noreturn]] void fail_without_epoch(const std::filesystem::path& path, std::uint64_t stored,
                                     WallTime wall) {
  if (wall > WallTime{Milliseconds{kMaxEpochMs}}) {
    throw Failure(fmt::format("the clock says {}, and there is no epoch after {}; set the clock",
                              format_rfc3339(wall),
                              format_rfc3339(WallTime{Milliseconds{kMaxEpochMs}})));
  }
  throw Failure(
      fmt::format("{}: holds {}, and no epoch follows that; set the clock right, remove "
                  "this file, start the agent, and `flatline reset` this host",
                  path.string(), stored));
}

/// What a start does without where the disk keeps it from that: the log says so, and the disk's
/// own check tells what is wrong with it.
void go_on_without(const DiskFailure& error, std::string_view instead) {
  log_warning("{}; the agent goes on, {}", error.what(), instead);
}

/// Opens the lock's file. A lock can be taken on a file that cannot be written.
Descriptor open_lock(const std::filesystem::path& path) {
  Descriptor file = open_state_file(path, O_RDWR | O_CREAT);
  if (file.is_open()) return file;
  const int error = errno;
  if (is_the_disks(error)) file = open_state_file(path, O_RDONLY);
  if (!file.is_open()) fail_to("write", path, error);
  return file;
}

}  // namespace

StateFolder::StateFolder(const std::filesystem::path& folder) : folder_(folder) {
  try {
    take_lock();
  } catch (const DiskFailure& error) {
    go_on_without(error, lock_.is_open() ? "and `leave` will not find it" : "without its lock");
  }
}

void StateFolder::take_lock() {
  is_there_ = ::mkdir(folder_.c_str(), 0700) == 0 || errno == EEXIST;
  if (!is_there_) fail_to("make", folder_, errno);
  const auto path = folder_ / kLockName;
  lock_ = open_lock(path);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail_to("lock", path, errno);
    throw Failure(fmt::format("{}: in use by another agent (process {}); give each its own `state`",
                              folder_.string(), holder(folder_)));
  }
  const int error = overwrite_state_file(lock_, fmt::format("{}\n", ::getpid()));
  if (error == 0) return;
  // Nobody may take the process of an earlier agent for this one.
  (void)::ftruncate(lock_.get(), 0);
  fail_to("write", path, error == EBADF || error == EINVAL ? EROFS : error);
}

std::uint64_t StateFolder::begin_epoch(WallTime wall) {
  is_stored_ = false;
  std::uint64_t stored = 0;
  try {
    stored = read_epoch(folder_);
  } catch (const DiskFailure& error) {
    go_on_without(error, "with an epoch by the clock");
  }
  const auto epoch = next_epoch(wall, stored, random_epoch_bits());
  if (!epoch) fail_without_epoch(epoch_path(folder_), stored, wall);
  if (!is_there_) return *epoch;
  try {
    clear_epoch_path(folder_);
    write_epoch(folder_, *epoch);
    is_stored_ = true;
  } catch (const DiskFailure& error) {
    go_on_without(error, "and its next start relies on the clock");
  }
  return *epoch;
}

std::uint64_t StateFolder::store_epoch(const std::filesystem::path& folder, std::uint64_t epoch) {
  const std::uint64_t stored = read_epoch(folder);
  if (stored >= epoch) {
    const auto next = next_epoch(WallTime{}, stored, random_epoch_bits());
    if (!next) fail_without_epoch(epoch_path(folder), stored, WallTime{});
    epoch = *next;
  }
  write_epoch(folder, epoch);
  return epoch;
}

int StateFolder::holder(const std::filesystem::path& folder) {
  const auto path = folder / kLockName;
  const Descriptor file = open_state_file(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) return 0;
    fail_to("read", path, errno);
  }
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  std::array<char, kNumberFileBytes> buffer{};
  const std::string_view text = read_state_file(file, buffer);
  return text.data() == nullptr ? 0 : parse_number_file<int>(text).value_or(0);
}

}  // namespace flatline
