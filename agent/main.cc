// flatline-agent sends what this host knows about itself to every collector, once an interval.

#include <fmt/core.h>
#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "agent/agent.h"
#include "agent/command_line.h"
#include "agent/config.h"
#include "agent/leave.h"
#include "agent/once.h"
#include "agent/spare_memory.h"
#include "agent/state_folder.h"
#include "schema/program/clock.h"
#include "schema/program/cryptography.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/standard_files.h"
#include "schema/wire/identity.h"

namespace flatline {
namespace {

void say(const std::string& line) {
  print(line + "\n");
}

/// Nobody has to read it: a stdout that is full or closed is told in the log.
void announce(const std::string& ready) {
  try {
    if (!takes_output(STDOUT_FILENO)) throw Failure("stdout: its reader does not read");
    say("ready " + ready);
  } catch (const Failure& error) {
    log_warning("not announced: {}", error.what());
  }
}

void serve(const std::filesystem::path& path, AgentConfig config) {
  // Whoever reads stdout or the log may go away; sending goes on. Plugins get the default back.
  ::signal(SIGPIPE, SIG_IGN);
  StateFolder state(config.state);
  const std::uint64_t epoch = state.begin_epoch(wall_now());
  const std::string ready = fmt::format("host={} collectors={} interval={}", config.credential.name,
                                        config.collectors.size(), format_duration(config.interval));
  Agent agent(path, std::move(config), epoch, state.is_stored());
  give_back_spare_memory();
  // Its epoch is not logged, because logs are shipped to where others read them. Who does not know
  // the epoch cannot spend what the collector reserves for this host.
  log_info("starts: {}", ready);
  announce(ready);
  agent.run();
}

void do_job(const AgentCommand& command) {
  initialize_cryptography();
  AgentConfig config = read_agent_config(command.config);
  switch (command.job) {
    case AgentCommand::Job::kServe:
      return serve(command.config, std::move(config));
    case AgentCommand::Job::kCheckConfig:
      return say(fmt::format("OK: {}: host {}, {} checks, {} collectors, interval {}",
                             command.config.string(), config.credential.name, config.checks.size(),
                             config.collectors.size(), format_duration(config.interval)));
    case AgentCommand::Job::kOnce:
      return say(run_checks_once(std::move(config), command.as_json));
    case AgentCommand::Job::kLeave:
      return say(leave_running_agent(config));
  }
}

int run(int argc, char** argv) {
  constexpr int kUsageExit = 2;
  try {
    open_standard_files();
    const auto command = parse_agent_command(argc, argv);
    if (command) do_job(*command);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flatline-agent: %s\n", error.what());
    return dynamic_cast<const UsageError*>(&error) != nullptr ? kUsageExit : EXIT_FAILURE;
  }
}

}  // namespace
}  // namespace flatline

int main(int argc, char** argv) {
  // All threads share one arena, because each further arena would keep pages of its own.
  ::mallopt(M_ARENA_MAX, 1);
  const int status = flatline::run(argc, argv);
  // This is not exit(), because a worker whose lookup or disk does not answer may still use what
  // exit() tears down, and nobody waits for such a worker.
  std::_Exit(status);
}
