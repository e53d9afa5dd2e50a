#include "schema/program/secret_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "schema/program/error.h"

namespace flatline {
namespace {

bool is_own_group(gid_t group) {
  if (group == ::getegid()) return true;
  const int count = ::getgroups(0, nullptr);
  if (count <= 0) return false;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  const int got = ::getgroups(count, groups.data());
  return got > 0 && std::find(groups.begin(), groups.begin() + got, group) != groups.begin() + got;
}

/// A folder that the service manager names in the environment; empty where it names none.
std::filesystem::path folder_in(const char* variable) {
  const char* const folder = std::getenv(variable);
  return folder == nullptr ? "" : folder;
}

constexpr const char* kCredentials = "CREDENTIALS_DIRECTORY";

bool is_handed_over(const std::filesystem::path& path) {
  const auto folder = folder_in(kCredentials);
  return !folder.empty() && path.parent_path() == folder;
}

bool may_read(const std::filesystem::path& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0;
}

}  // namespace

std::filesystem::path secret_path(const std::filesystem::path& path) {
  if (may_read(path) || errno != EACCES) return path;
  const std::string name = path.filename().string();
  const std::string of_folder = path.parent_path().filename().string() + "_" + name;
  for (const char* const variable : {"RUNTIME_DIRECTORY", kCredentials}) {
    const auto folder = folder_in(variable);
    if (folder.empty()) continue;
    for (const std::string& handed_over : {name, of_folder}) {
      if (may_read(folder / handed_over)) return folder / handed_over;
    }
  }
  return path;
}

void require_private(const std::filesystem::path& path, mode_t mode, gid_t group) {
  constexpr mode_t kOthers = 0007;
  constexpr mode_t kGroupReads = 0040;
  constexpr mode_t kGroupChanges = 0030;
  const bool is_others = (mode & (kOthers | kGroupChanges)) != 0;
  const bool is_read_by_group = (mode & kGroupReads) != 0;
  if (!is_others && (!is_read_by_group || is_own_group(group) || is_handed_over(path))) return;
  throw Failure(fmt::format(
      "{}: mode {:04o} lets {} a secret; run: chmod 600 {}", path.string(), mode & 07777,
      is_others ? "others read" : fmt::format("group {}, which is not ours, read", group),
      path.string()));
}

}  // namespace flatline
