// Kind `process` counts the running processes of a name, and perhaps of a text in their command
// lines. The name is the kernel's (`comm`, as `ps -C` takes it).

#include <fmt/core.h>

#include <memory>
#include <string>

#include "agent/checks/blocking_check.h"
#include "agent/checks/kinds.h"
#include "agent/checks/process_table.h"
#include "agent/core/message.h"

namespace flatline {
namespace {

/// The kernel's TASK_COMM_LEN, without the zero at its end.
constexpr std::size_t kProcessNameBytes = 15;

struct ProcessLimits {
  ProcessPattern pattern;
  Thresholds thresholds;
};

CheckResult count(const ProcessLimits& limits) {
  const ProcessCount found = count_processes("/proc", limits.pattern);
  if (!found.error.empty()) return unknown_result(found.error);
  const ProcessPattern& pattern = limits.pattern;
  return {limits.thresholds.judge(found.running), static_cast<float>(found.running),
          message_of(fmt::format("{} running: {}{}{}", found.running, pattern.name,
                                 pattern.arguments.empty() ? "" : " with ", pattern.arguments))};
}

}  // namespace

/// It runs on a worker, because looking at a process takes some microseconds, and a machine may
/// have thousands of them: too long for the loop's own thread.
std::unique_ptr<Check> make_process(CheckParameters& parameters) {
  ProcessLimits limits;
  ProcessPattern& pattern = limits.pattern;
  pattern.name = parameters.required_text(
      {"process", "The kernel's name of the program, at most 15 bytes, as `ps -e` shows it"});
  if (pattern.name.empty() || pattern.name.size() > kProcessNameBytes) {
    parameters.refuse_form("process",
                           fmt::format("1 to {} bytes: the kernel cuts longer names, as `ps -e` "
                                       "shows them",
                                       kProcessNameBytes));
  }
  pattern.arguments = parameters.text(
      {"arguments", "Text that its command line holds; without it, any will do"}, "");
  limits.thresholds = parameters.thresholds("", "how many run", "", "1:");
  return std::make_unique<BlockingCheck>([limits] { return count(limits); });
}

}  // namespace flatline
