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
#include "schema/program/endpoint.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/standard_files.h"
#include "schema/program/version.h"

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

/// What the log says of a start. The epoch is not in it, because logs are shipped to where others
/// read them: who does not know it cannot spend what the collector reserves for this host.
std::string start_text(const AgentConfig& config) {
  std::string text =
      fmt::format("flatline {}, host {}, key {}, generation {}, {} checks, every {} to", kVersion,
                  config.credential.name, config.credential.key_id, config.credential.generation,
                  config.checks.size(), format_duration(config.interval));
  for (const Endpoint& collector : config.collectors) text += " " + format_endpoint(collector);
  return text;
}

}  // namespace

void serve(const std::filesystem::path& path, AgentConfig config, ServiceManager& service) {
  // Whoever reads stdout or the log may go away; sending goes on. Plugins get the default back.
  ::signal(SIGPIPE, SIG_IGN);
  set_log_format(config.log_format);
  set_log_level(config.log_level);
  StateFolder state(config.state);
  const std::uint64_t epoch = state.begin_epoch(wall_now());
  const std::string ready = fmt::format("host={} collectors={} interval={}", config.credential.name,
                                        config.collectors.size(), format_duration(config.interval));
  const std::string start = start_text(config);
  Agent agent(path, std::move(config), epoch, state.is_stored(), service);
  give_back_spare_memory();
  log_info("start: {}", start);
  announce(ready);
  service.tell_ready();
  agent.run();
}

}  // namespace flatline
