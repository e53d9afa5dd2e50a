// flatline-agent sends what this host knows about itself to every collector, once an interval.

#include <fmt/core.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "agent/command_line.h"
#include "agent/config.h"
#include "agent/leave.h"
#include "agent/once.h"
#include "agent/serve.h"
#include "schema/program/configuration_error.h"
#include "schema/program/cryptography.h"
#include "schema/program/duration.h"
#include "schema/program/service_manager.h"
#include "schema/program/standard_files.h"

namespace flatline {
namespace {

void say(const std::string& line) {
  print(line + "\n");
}

void do_job(const AgentCommand& command, ServiceManager& service) {
  initialize_cryptography();
  AgentConfig config = read_agent_config(command.config);
  switch (command.job) {
    case AgentCommand::Job::kServe:
      return serve(command.config, std::move(config), service);
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
  try {
    open_standard_files();
    ServiceManager service = ServiceManager::from_environment();
    const auto command = parse_agent_command(argc, argv);
    if (command) do_job(*command, service);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flatline-agent: %s\n", error.what());
    return exit_code_of(error);
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
