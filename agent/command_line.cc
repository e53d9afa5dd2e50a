#include "agent/command_line.h"

#include <string>

#include "schema/program/error.h"
#include "schema/program/flags.h"

namespace flatline {
namespace {

constexpr const char* kDefaultConfig = "/etc/flatline/agent.toml";

constexpr const char* kFooter =
    "Examples:\n"
    "  flatline-agent --config agent.toml --check-config   is the configuration right?\n"
    "  flatline-agent --config agent.toml --once           what would be sent?\n"
    "  flatline-agent --config agent.toml --once -o json   the same, for programs\n"
    "  flatline-agent --config agent.toml                  run until SIGTERM; SIGHUP reloads\n"
    "  flatline-agent --config agent.toml leave            free the host's slot before it goes\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong command line.";

}  // namespace

std::optional<AgentCommand> parse_agent_command(int argc, const char* const* argv) {
  AgentCommand command;
  bool check_config = false;
  bool once = false;
  bool leave = false;
  std::string config = kDefaultConfig;
  std::string output = "table";

  ProgramFlags flags(
      "Sends the same fixed-size snapshot of this host's checks to every collector, once "
      "an interval.",
      "flatline-agent", kFooter);
  flags.option("--config", config, "The configuration, a TOML file").type("FILE").shows_default();
  const ProgramFlag check_flag =
      flags.flag("--check-config", check_config, "Read the configuration, say OK, and end");
  const ProgramFlag once_flag =
      flags.flag("--once", once, "Run every check once, print what came of it, and end")
          .excludes(check_flag);
  flags.option("-o,--output", output, "How --once prints")
      .type("table|json")
      .one_of({"table", "json"})
      .needs(once_flag)
      .shows_default();
  flags.word("leave", leave, "Tell the running agent to say that this host leaves, and to end");

  if (!flags.parse(argc, argv)) return std::nullopt;
  if (leave && (once || check_config)) {
    throw UsageError("leave goes with --config alone; see flatline-agent --help");
  }
  command.config = config;
  command.as_json = output == "json";
  if (leave) command.job = AgentCommand::Job::kLeave;
  if (once) command.job = AgentCommand::Job::kOnce;
  if (check_config) command.job = AgentCommand::Job::kCheckConfig;
  return command;
}

}  // namespace flatline
