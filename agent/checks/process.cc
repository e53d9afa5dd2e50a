// Kind `process` counts the running processes of a name. The name is the kernel's (`comm`, as `ps
// -C` takes it). Zombies do not run.

#include <dirent.h>
#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <string>

#include "agent/checks/blocking_check.h"
#include "agent/checks/kinds.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

/// The kernel's TASK_COMM_LEN, without the zero at its end.
constexpr std::size_t kProcessNameBytes = 15;

struct ProcessLimits {
  std::string name;
  Thresholds thresholds;
};

/// Whether the text of a /proc/PID/stat, `123 (name) S …`, tells of a running process `name`.
bool is_running(std::string_view stat, std::string_view name) {
  const auto open = stat.find('(');
  // The last parenthesis ends the name, because a name may hold parentheses itself.
  const auto close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos) return false;
  if (close + 2 >= stat.size() || close <= open) return false;
  return stat.substr(open + 1, close - open - 1) == name && stat[close + 2] != 'Z';
}

CheckResult count(const ProcessLimits& limits) {
  const std::unique_ptr<DIR, int (*)(DIR*)> processes(::opendir("/proc"), ::closedir);
  if (!processes) return unknown_result(fmt::format("/proc: {}", system_error_text(errno)));
  unsigned running = 0;
  while (const dirent* entry = ::readdir(processes.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const std::string path = fmt::format("/proc/{}/stat", entry->d_name);
    std::array<char, 512> buffer{};
    // A process that has ended meanwhile cannot be read, and does not count.
    if (is_running(read_small_file(path.c_str(), buffer), limits.name)) ++running;
  }
  return {limits.thresholds.judge(running), static_cast<float>(running),
          Message{fmt::format("{} running: {}", limits.name, running)}};
}

}  // namespace

/// It runs on a worker, because looking at a process takes some microseconds, and a machine may
/// have thousands of them: too long for the loop's own thread.
std::unique_ptr<Check> make_process(CheckParameters& parameters) {
  ProcessLimits limits;
  limits.name = parameters.required_text("process");
  if (limits.name.empty() || limits.name.size() > kProcessNameBytes) {
    parameters.fail("process", fmt::format("must be 1 to {} bytes: the kernel cuts longer names, "
                                           "as `ps -e` shows them",
                                           kProcessNameBytes));
  }
  limits.thresholds = parameters.thresholds("", "", "1:");
  return std::make_unique<BlockingCheck>([limits] { return count(limits); });
}

}  // namespace flatline
