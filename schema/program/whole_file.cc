#include "schema/program/whole_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "schema/program/descriptor.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

[[noreturn]] void fail_to(std::string_view verb, const std::filesystem::path& path, int error) {
  throw Failure(fmt::format("{}: cannot {}: {}", path.string(), verb, system_error_text(error)));
}

/// Gives the file the owner, group and mode of another. Returns zero, or the errno of what failed.
int liken(int file, const struct stat& other) {
  if (::fchown(file, other.st_uid, other.st_gid) != 0) return errno;
  return ::fchmod(file, other.st_mode & 07777) == 0 ? 0 : errno;
}

/// Writes `partial` and syncs it. Returns zero, or the errno of what failed.
int write_partial(const std::string& partial, int if_there, std::string_view text,
                  const struct stat* alike = nullptr) {
  const Descriptor file =
      open_file(partial.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | if_there | O_CLOEXEC, 0600);
  if (!file.is_open()) return errno;
  if (alike != nullptr) {
    if (const int error = liken(file.get(), *alike); error != 0) return error;
  }
  if (const int error = write_all(file.get(), text); error != 0) return error;
  int synced = -1;
  do {
    synced = ::fsync(file.get());
  } while (synced != 0 && errno == EINTR);
  return synced == 0 ? 0 : errno;
}

void replace(const std::filesystem::path& path, std::string_view text, const struct stat* alike) {
  const std::string partial = path.string() + ".partial";
  int error = write_partial(partial, O_TRUNC, text, alike);
  if (error == 0 && ::rename(partial.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(partial.c_str());
    fail_to("write", path, error);
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor directory = open_file(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!directory.is_open() || ::fsync(directory.get()) != 0) fail_to("sync", folder, errno);
}

}  // namespace

int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

void create_whole_file(const std::filesystem::path& path, std::string_view text) {
  const std::string partial = fmt::format("{}.{}.partial", path.string(), ::getpid());
  int error = write_partial(partial, O_EXCL, text);
  // link() fails where the path exists already; rename() would replace what is there.
  if (error == 0 && ::link(partial.c_str(), path.c_str()) != 0) error = errno;
  ::unlink(partial.c_str());
  if (error != 0) fail_to("write", path, error);
}

void replace_whole_file(const std::filesystem::path& path, std::string_view text) {
  replace(path, text, nullptr);
}

void replace_whole_file_alike(const std::filesystem::path& path, std::string_view text) {
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0) fail_to("write", path, errno);
  replace(path, text, &there);
}

}  // namespace flatline
