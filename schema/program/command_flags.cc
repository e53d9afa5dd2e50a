#include "schema/program/command_flags.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "schema/program/error.h"
#include "schema/program/standard_files.h"
#include "schema/program/version.h"

namespace flatline {

bool parse_flags(CLI::App& app, int argc, const char* const* argv) {
  app.set_version_flag("--version", fmt::format("{} {}", app.get_name(), kVersion));
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
      throw UsageError(fmt::format("{}; see {} --help", error.what(), app.get_name()));
    }
    std::ostringstream text;
    app.exit(error, text, text);
    print(text.str());
    return false;
  }
}

}  // namespace flatline
