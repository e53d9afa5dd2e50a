#include "agent/serve.h"

#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include "agent/agent.h"
#include "agent/spare_memory.h"
#include "agent/state_folder.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/standard_files.h"

namespace flatline {
namespace {

/// Nobody has to read it: a stdout that is full or closed is told in the log.
void announce(const std::string& ready) {
  if (!takes_output(STDOUT_FILENO)) {
    return log_warning("not announced: stdout: its reader does not read");
  }
  try {
    print("ready " + ready + "\n");
  } catch (const Failure& error) {
    log_warning("not announced: {}", error.what());
  }
}

}  // namespace

void serve(const std::filesystem::path& path, AgentConfig config, ServiceManager& service) {
  // Whoever reads stdout or the log may go away; sending goes on. Plugins get the default back.
  ::signal(SIGPIPE, SIG_IGN);
  StateFolder state(config.state);
  const std::uint64_t epoch = state.begin_epoch(wall_now());
  const std::string ready = fmt::format("host={} collectors={} interval={}", config.credential.name,
                                        config.collectors.size(), format_duration(config.interval));
  Agent agent(path, std::move(config), epoch, state.is_stored(), service);
  give_back_spare_memory();
  // Its epoch is not logged, because logs are shipped to where others read them. Who does not know
  // the epoch cannot spend what the collector reserves for this host.
  log_info("starts: {}", ready);
  announce(ready);
  service.tell_ready();
  agent.run();
}

}  // namespace flatline
