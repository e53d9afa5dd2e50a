#include "schema/program/secret_file.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
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

}  // namespace

void require_private(const std::filesystem::path& path, mode_t mode, gid_t group) {
  constexpr mode_t kOthers = 0007;
  constexpr mode_t kGroupReads = 0040;
  constexpr mode_t kGroupChanges = 0030;
  const bool is_others = (mode & (kOthers | kGroupChanges)) != 0;
  if (!is_others && ((mode & kGroupReads) == 0 || is_own_group(group))) return;
  throw Failure(fmt::format(
      "{}: mode {:04o} lets {} a secret; run: chmod 600 {}", path.string(), mode & 07777,
      is_others ? "others read" : fmt::format("group {}, which is not ours, read", group),
      path.string()));
}

}  // namespace flatline
