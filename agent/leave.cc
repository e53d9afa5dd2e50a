#include "agent/leave.h"

#include <fmt/core.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "agent/state_folder.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

// glibc 2.36 declares these as if they were C++.
extern "C" {
#include <sys/pidfd.h>
}

namespace flatline {
namespace {

/// Means one process, even when another gets its number after it has ended.
class ProcessHandle {
 public:
  explicit ProcessHandle(int process) : descriptor_(::pidfd_open(process, 0)) {
    if (!descriptor_.is_open()) fail(process);
  }

  void signal(int process, int number) const {
    if (::pidfd_send_signal(descriptor_.get(), number, nullptr, 0) != 0) fail(process);
  }

  /// Returns false if it still runs when the time is up.
  [[nodiscard]] bool wait_for_end(Milliseconds at_most) const {
    pollfd poll{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, static_cast<int>(at_most.count())) > 0;
  }

 private:
  [[noreturn]] static void fail(int process) {
    const int error = errno;
    throw Failure(fmt::format("agent (process {}): cannot be told to leave: {}", process,
                              system_error_text(error)));
  }

  Descriptor descriptor_;
};

/// The name of a process's program; empty where there is no such process.
std::string program_of(const std::string& process) {
  std::array<char, 64> buffer{};
  return std::string(read_small_file(("/proc/" + process + "/comm").c_str(), buffer));
}

}  // namespace

std::string leave_running_agent(const AgentConfig& config) {
  const auto none_runs = [&] {
    return Failure(
        fmt::format("{}: no agent runs on this state folder; start one before it can "
                    "leave",
                    config.state.string()));
  };
  const int process = StateFolder::holder(config.state);
  if (process == 0) throw none_runs();
  // An agent that could not write to its lock left the number of an earlier process there.
  if (program_of(fmt::format("{}", process)) != program_of("self")) {
    throw Failure(fmt::format("{}: does not tell which process its agent is; end that by SIGTERM",
                              config.state.string()));
  }
  const ProcessHandle agent(process);
  // The lock is looked at again, because before the handle was made the agent may have ended and
  // another process got its number.
  if (StateFolder::holder(config.state) != process) throw none_runs();
  agent.signal(process, SIGUSR1);
  const Milliseconds at_most = kLeaveIntervals * config.interval + kLeaveGrace;
  if (!agent.wait_for_end(at_most)) {
    throw Failure(
        fmt::format("agent (process {}): still runs after {}", process, format_duration(at_most)));
  }
  return fmt::format("{} left: the agent (process {}) said so and ended", config.credential.name,
                     process);
}

}  // namespace flatline
