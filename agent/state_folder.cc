#include "agent/state_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"
#include "schema/program/wall_time.h"
#include "schema/program/whole_file.h"
#include "schema/wire/identity.h"

namespace flatline {
namespace {

constexpr std::string_view kLockName = "lock";
constexpr std::string_view kEpochName = "epoch";
/// Room for a 64-bit number, its newline, and one byte more that shows a file which is too long.
constexpr std::size_t kNumberFileBytes = 22;

/// Reads the text of a file that holds one decimal number and a newline.
template <typename Number>
std::optional<Number> parse_number_file(std::string_view text) {
  if (!text.ends_with('\n')) return std::nullopt;
  text.remove_suffix(1);
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

[[noreturn]] void fail_to(std::string_view verb, const std::filesystem::path& path, int error) {
  throw Failure(fmt::format("{}: cannot {}: {}", path.string(), verb, system_error_text(error)));
}

bool write_all(int file, std::string_view text) {
  errno = ENOSPC;
  return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// The epoch in the file; 0 if there is no file.
std::uint64_t read_epoch(const std::filesystem::path& path) {
  std::array<char, kNumberFileBytes> buffer{};
  const std::string_view text = read_small_file(path.c_str(), buffer);
  if (text.data() == nullptr) {
    if (errno == ENOENT) return 0;
    fail_to("read", path, errno);
  }
  const auto number = parse_number_file<std::uint64_t>(text);
  if (!number) {
    throw Failure(
        fmt::format("{}: does not hold a number and a newline; remove it, and the next epoch comes "
                    "from the clock",
                    path.string()));
  }
  return *number;
}

void write_epoch(const std::filesystem::path& path, std::uint64_t epoch) {
  replace_whole_file(path, fmt::format("{}\n", epoch));
}

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

}  // namespace

StateFolder::StateFolder(const std::filesystem::path& folder) : folder_(folder) {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) fail_to("make", folder_, errno);
  const auto path = folder_ / kLockName;
  lock_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_.is_open()) fail_to("write", path, errno);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail_to("lock", path, errno);
    throw Failure(fmt::format("{}: in use by another agent (process {}); give each its own `state`",
                              folder_.string(), holder(folder_)));
  }
  const std::string process = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock_.get(), 0) != 0 || !write_all(lock_.get(), process)) {
    fail_to("write", path, errno);
  }
}

std::uint64_t StateFolder::begin_epoch(WallTime wall) const {
  const auto path = folder_ / kEpochName;
  const std::uint64_t stored = read_epoch(path);
  const auto epoch = next_epoch(wall, stored, random_epoch_bits());
  if (!epoch) fail_without_epoch(path, stored, wall);
  write_epoch(path, *epoch);
  return *epoch;
}

std::uint64_t StateFolder::store_epoch(const std::filesystem::path& folder, std::uint64_t epoch) {
  const auto path = folder / kEpochName;
  const std::uint64_t stored = read_epoch(path);
  if (stored >= epoch) {
    const auto next = next_epoch(WallTime{}, stored, random_epoch_bits());
    if (!next) fail_without_epoch(path, stored, WallTime{});
    epoch = *next;
  }
  write_epoch(path, epoch);
  return epoch;
}

int StateFolder::holder(const std::filesystem::path& folder) {
  const auto path = folder / kLockName;
  {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) {
      if (errno == ENOENT) return 0;
      fail_to("read", path, errno);
    }
    if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  }
  std::array<char, kNumberFileBytes> buffer{};
  const std::string_view text = read_small_file(path.c_str(), buffer);
  return text.data() == nullptr ? 0 : parse_number_file<int>(text).value_or(0);
}

}  // namespace flatline
