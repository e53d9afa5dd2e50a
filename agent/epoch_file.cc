#include "agent/epoch_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include "agent/number_file.h"
#include "agent/state_file.h"
#include "schema/program/descriptor.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEpochName = "epoch";
/// A new epoch has this name until it is synced.
constexpr std::string_view kPartialName = "epoch.partial";
constexpr std::string_view kReserveName = "epoch.reserve";

/// Renames within the state folder. Flags are those of renameat2.
bool rename_as(const fs::path& from, const fs::path& to, unsigned flags = 0) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0;
}

/// Writes over the reserve, or into a new file where there is none. Returns zero, or the errno of
/// what failed.
int write_partial(const fs::path& partial, std::string_view text) {
  const Descriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return errno;
  const int error = overwrite_state_file(file, text);
  if (error != 0) return error;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

/// Gives `partial` the name `path`, and what had that name becomes the reserve.
bool exchange(const fs::path& partial, const fs::path& path, const fs::path& reserve) {
  if (rename_as(partial, path, RENAME_EXCHANGE)) {
    rename_as(partial, reserve);
    return true;
  }
  // There was none before, or the file system knows no exchange.
  return rename_as(partial, path);
}

/// Makes the reserve where there is none. Without room for it the next epoch has to find its own.
void reserve_room(const fs::path& reserve) {
  const Descriptor file(
      ::open(reserve.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return;
  const std::string room(kNumberFileBytes, '\n');
  if (overwrite_state_file(file, room) != 0) ::unlink(reserve.c_str());
}

}  // namespace

fs::path epoch_path(const fs::path& folder) {
  return folder / kEpochName;
}

std::uint64_t read_epoch(const fs::path& folder) {
  const fs::path path = epoch_path(folder);
  const Descriptor file = open_state_file(path, O_RDONLY);
  if (!file.is_open() && errno == ENOENT) return 0;
  std::array<char, kNumberFileBytes> buffer{};
  const std::string_view text = file.is_open() ? read_state_file(file, buffer) : std::string_view{};
  if (text.data() == nullptr) fail_to("read", path, errno);
  const auto number = parse_number_file<std::uint64_t>(text);
  if (!number) {
    throw Failure(
        fmt::format("{}: does not hold a number and a newline; remove it, and the next epoch comes "
                    "from the clock",
                    path.string()));
  }
  return *number;
}

void clear_epoch_path(const fs::path& folder) {
  for (const std::string_view name : {kPartialName, kReserveName}) {
    const fs::path path = folder / name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) ::unlink(path.c_str());
  }
}

void write_epoch(const fs::path& folder, std::uint64_t epoch) {
  const fs::path path = epoch_path(folder);
  const fs::path partial = folder / kPartialName;
  const fs::path reserve = folder / kReserveName;
  // Where one lies there already, it is used: a program that was killed left it.
  rename_as(reserve, partial, RENAME_NOREPLACE);
  int error = write_partial(partial, fmt::format("{}\n", epoch));
  if (error == 0 && !exchange(partial, path, reserve)) error = errno;
  if (error != 0) {
    clear_epoch_path(folder);
    fail_to("write", path, error);
  }
  reserve_room(reserve);
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) fail_to("sync", folder, errno);
}

}  // namespace flatline
