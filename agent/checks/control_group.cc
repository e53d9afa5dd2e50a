#include "agent/checks/control_group.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>

#include "schema/program/small_file.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

/// The names that the two versions have for the same.
struct Files {
  std::string_view limit;
  std::string_view used;
  std::string_view inactive;  ///< A field of memory.stat: what was read and is not in use.
};
constexpr Files kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file "};
constexpr Files kVersion2 = {"memory.max", "memory.current", "inactive_file "};

std::optional<double> number_at(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;  // `max` is one such text: no limit.
  return static_cast<double>(number);
}

std::optional<double> number_in(const fs::path& path) {
  std::array<char, 32> buffer{};
  return number_at(read_small_file(path.c_str(), buffer));
}

/// What stands behind `field` at the beginning of a line; 0 if there is no such line.
double field_in(const fs::path& path, std::string_view field) {
  std::array<char, 4096> buffer{};
  std::string_view text = read_small_file(path.c_str(), buffer);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(field)) return number_at(line.substr(field.size())).value_or(0);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return 0;
}

/// The group that a line `ID:CONTROLLERS:GROUP` names, for whom `controllers` are those of memory.
std::optional<std::string> group_of(std::string_view memberships, std::string_view controller) {
  while (!memberships.empty()) {
    const std::string_view line = memberships.substr(0, memberships.find('\n'));
    memberships.remove_prefix(std::min(line.size() + 1, memberships.size()));
    const auto first = line.find(':');
    if (first == std::string_view::npos) continue;
    const auto second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (controllers == controller) return std::string(line.substr(second + 1));
  }
  return std::nullopt;
}

/// Looks at a group and at all above it, up to `root`.
std::optional<GroupMemory> smallest(const fs::path& root, std::string group, const Files& files,
                                    double machine_bytes) {
  std::optional<GroupMemory> found;
  if (group.ends_with(".service")) group.erase(group.rfind('/'));
  for (;;) {
    const fs::path folder = root / fs::path(group).relative_path();
    const auto limit = number_in(folder / files.limit);
    const auto used = number_in(folder / files.used);
    if (limit && used && *limit > 0 && *limit < (found ? found->limit_bytes : machine_bytes)) {
      const double inactive = field_in(folder / "memory.stat", files.inactive);
      found = GroupMemory{*limit, std::max(*used - inactive, 0.0)};
    }
    const auto slash = group.rfind('/');
    if (group.empty() || slash == std::string::npos) return found;
    group.erase(slash);
  }
}

}  // namespace

std::optional<GroupMemory> group_memory(const fs::path& root, std::string_view memberships,
                                        double machine_bytes) {
  if (const auto group = group_of(memberships, "memory")) {
    if (auto found = smallest(root / "memory", *group, kVersion1, machine_bytes)) return found;
  }
  if (const auto group = group_of(memberships, "")) {
    if (auto found = smallest(root, *group, kVersion2, machine_bytes)) return found;
    return smallest(root / "unified", *group, kVersion2, machine_bytes);
  }
  return std::nullopt;
}

}  // namespace flatline
