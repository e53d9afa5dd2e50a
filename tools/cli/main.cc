// flatline declares its verbs and runs the one that was typed.

#include <fmt/core.h>

#include <cstdio>

#include "schema/program/configuration_error.h"
#include "schema/program/standard_files.h"
#include "tools/cli/report/plugin_report.h"
#include "tools/cli/report/wrap.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

int run(int argc, char** argv, bool& is_plugin) {
  CommandLine line;
  line.begin_group("How the fleet is");
  add_status_verbs(line);
  add_host_verbs(line);
  add_group_verbs(line);
  add_checks_verb(line);
  add_bitmap_verbs(line);
  add_check_verb(line);
  line.begin_group("How it was");
  add_past_verbs(line);
  add_events_verb(line);
  line.begin_group("Changes, for operators");
  add_expect_verb(line);
  add_action_verbs(line);
  add_record_verbs(line);
  line.begin_group("Keys, credentials and tokens");
  add_keygen_verb(line);
  add_enroll_verb(line);
  add_keys_verb(line);
  add_token_verbs(line);
  line.begin_group("This command line");
  add_contexts_verb(line);
  add_completion_verbs(line);
  return line.run(argc, argv, is_plugin);
}

/// Says what went wrong, on stderr or as a plugin does on stdout. Returns the exit code.
int fail(const std::exception& error, bool is_plugin) {
  if (!is_plugin) {
    const std::string text =
        wrap_lines(fmt::format("flatline: {}\n", error.what()), error_columns());
    std::fputs(text.c_str(), stderr);
    return exit_code_of(error);
  }
  const PluginResult unknown = plugin_failure(error.what());
  try {
    print(unknown.line);
  } catch (const Failure& failure) {
    std::fprintf(stderr, "flatline: %s\n", failure.what());
  }
  return unknown.exit_code;
}

}  // namespace
}  // namespace flatline::cli

int main(int argc, char** argv) {
  bool is_plugin = false;
  try {
    flatline::open_standard_files();
    return flatline::cli::run(argc, argv, is_plugin);
  } catch (const std::exception& error) {
    return flatline::cli::fail(error, is_plugin);
  }
}
