#include "agent/command_line.h"

#include <CLI/CLI.hpp>
#include <string>

#include "schema/program/command_flags.h"
#include "schema/program/error.h"

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
  std::string config = kDefaultConfig;
  std::string output = "table";

  CLI::App app(
      "Sends the same fixed-size snapshot of this host's checks to every collector, once "
      "an interval.",
      "flatline-agent");
  app.footer(kFooter);
  app.add_option("--config", config, "The configuration, a TOML file")
      ->type_name("FILE")
      ->capture_default_str();
  CLI::Option* const check_flag =
      app.add_flag("--check-config", check_config, "Read the configuration, say OK, and end");
  CLI::Option* const once_flag =
      app.add_flag("--once", once, "Run every check once, print what came of it, and end")
          ->excludes(check_flag);
  app.add_option("-o,--output", output, "How --once prints")
      ->type_name("table|json")
      ->check(CLI::IsMember({"table", "json"}))
      ->needs(once_flag)
      ->capture_default_str();
  CLI::App* const leave = app.add_subcommand(
      "leave", "Tell the running agent to say that this host leaves, and to end");
  leave->fallthrough();
  app.require_subcommand(0, 1);

  if (!parse_flags(app, argc, argv)) return std::nullopt;
  if (leave->parsed() && (once || check_config)) {
    throw UsageError("leave goes with --config alone; see flatline-agent --help");
  }
  command.config = config;
  command.as_json = output == "json";
  if (leave->parsed()) command.job = AgentCommand::Job::kLeave;
  if (once) command.job = AgentCommand::Job::kOnce;
  if (check_config) command.job = AgentCommand::Job::kCheckConfig;
  return command;
}

}  // namespace flatline
