#include "agent/command_line.h"

#include <string>

#include "agent/config.h"
#include "schema/program/error.h"
#include "schema/program/flags.h"

namespace flatline {
namespace {

constexpr const char* kDefaultConfig = "/etc/flatline/agent.toml";

constexpr const char* kFooter =
    "Examples:\n"
    "  flatline-agent --config agent.toml --check-config   is it right?\n"
    "  flatline-agent --config agent.toml --once           what would be sent?\n"
    "  flatline-agent --config agent.toml --once -o json   the same, for programs\n"
    "  flatline-agent --config agent.toml                  run until SIGTERM\n"
    "  flatline-agent --config agent.toml leave            free the host's slot\n"
    "Files:\n"
    "  /etc/flatline/agent.toml        the configuration, and after it\n"
    "  /etc/flatline/agent.d/*.toml    more of it, in the order of their names\n"
    "  /etc/flatline/agent.credential  what the host speaks with\n"
    "  /var/lib/flatline-agent         its epoch and its lock\n"
    "Signals:\n"
    "  SIGHUP   reads the configuration and the credential again\n"
    "  SIGTERM  ends it; the host's slot stays\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong command line or configuration.";

constexpr const char* kSettingsIntro =
    "The configuration is /etc/flatline/agent.toml, or what --config names, and then every file "
    "*.toml of the folder agent.d beside it, in the order of their names. Each key stands in one "
    "of them; checks may stand in all, each name once.\n"
    "\n"
    "The files are TOML. Durations are in quotes and carry their unit: 250ms, 1s, 1m30s, 2h. "
    "Relative paths are relative to the folder of their file.\n"
    "\n"
    "Ranges are those of monitoring plugins: 10 is good from 0 to 10, 10: from 10 on, ~:10 up to "
    "10, 10:20 between, and @10:20 outside.\n"
    "\n"
    "A setting that may hold variables has the variable NAME of the agent's environment in the "
    "place of ${NAME}, and the machine's name in that of ${HOSTNAME}.\n"
    "\n"
    "flatline-agent --check-config tells all that is wrong at once. SIGHUP takes a new "
    "configuration over; where something is wrong with it, the old one stays.";

constexpr const char* kSettingsExample =
    "  collectors = [\"mon-1.example:4170\", \"mon-2.example:4170\"]\n"
    "  labels = \"role=web,zone=eu-1a\"\n"
    "  \n"
    "  [[check]]\n"
    "  kind = \"disk\"\n"
    "  warning = \"85\"\n"
    "  critical = \"95\"\n";

std::string agent_settings_page() {
  return settings_page({"flatline-agent.toml", "the configuration of flatline-agent",
                        kSettingsIntro, kSettingsExample, describe_agent_settings()});
}

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
  flags.option("--config FILE", config, "The configuration, a TOML file").shows_default();
  const ProgramFlag check_flag =
      flags.flag("--check-config", check_config, "Read the configuration, say OK, and end");
  const ProgramFlag once_flag =
      flags.flag("--once", once, "Run every check once, print what came of it, and end")
          .excludes(check_flag);
  flags.option("-o,--output table|json", output, "How --once prints")
      .one_of({"table", "json"})
      .needs(once_flag)
      .shows_default();
  flags.has_settings_page(agent_settings_page);
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
