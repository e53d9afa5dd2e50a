#include "agent/checks/process_table.h"

#include <dirent.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <string_view>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

/// Whether the text of a /proc/PID/stat, `123 (name) S …`, tells of a running process `name`.
bool is_running(std::string_view stat, std::string_view name) {
  const auto open = stat.find('(');
  // The last parenthesis ends the name, because a name may hold parentheses itself.
  const auto close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos) return false;
  if (close + 2 >= stat.size() || close <= open) return false;
  return stat.substr(open + 1, close - open - 1) == name && stat[close + 2] != 'Z';
}

std::string_view read_stat(const std::string& process, std::span<char> buffer) {
  return read_small_file((process + "/stat").c_str(), buffer);
}

/// Whether the command line, its words with a space between them, holds the text.
bool has_arguments(const std::string& process, std::string_view arguments) {
  if (arguments.empty()) return true;
  std::array<char, kCommandLineBytes> buffer{};
  const std::string_view words = read_small_file((process + "/cmdline").c_str(), buffer);
  std::replace(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(words.size()), '\0',
               ' ');
  return words.find(arguments) != std::string_view::npos;
}

}  // namespace

ProcessCount count_processes(const std::filesystem::path& proc, const ProcessPattern& pattern) {
  const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir(proc.c_str()), ::closedir);
  if (!processes) {
    return {0, fmt::format("{}: {}", system_error_text(errno), proc.string())};
  }
  std::array<char, 512> buffer{};
  if (read_stat((proc / "1").string(), buffer).empty()) {
    return {0, fmt::format("{} hides other users' processes (hidepid)", proc.string())};
  }
  ProcessCount count;
  while (const dirent* entry = ::readdir(processes.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const std::string process = fmt::format("{}/{}", proc.string(), entry->d_name);
    // A process that has ended meanwhile cannot be read, and does not count.
    if (is_running(read_stat(process, buffer), pattern.name) &&
        has_arguments(process, pattern.arguments)) {
      ++count.running;
    }
  }
  return count;
}

}  // namespace flatline
