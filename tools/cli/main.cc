// flatline: reads its command line, runs one verb.

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdio>

#include "schema/error.h"
#include "schema/identity.h"
#include "schema/standard_files.h"
#include "schema/token_file.h"
#include "tools/cli/report.h"
#include "tools/cli/verbs.h"

namespace flatline::cli {
namespace {

int run(int argc, char** argv, bool& is_plugin) {
  const auto options = parse_options(argc, argv, is_plugin);
  if (!options) return 0;
  initialize_cryptography();
  if (options->verb == Verb::kKeygen) return keygen(*options);
  if (options->verb == Verb::kEnroll) return enroll(*options);

  const std::string token = options->token_file.empty() ? "" : read_token_file(options->token_file);
  Session session{*options, look_at_terminal(), {options->api, token, options->timeout}};
  switch (options->verb) {
    case Verb::kStatus:
      return status(session);
    case Verb::kList:
      return list(session);
    case Verb::kShow:
      return show(session);
    case Verb::kBitmap:
      return bitmap(session);
    case Verb::kMap:
      return map(session);
    case Verb::kWatch:
      return watch(session);
    case Verb::kCheck:
      return check(session);
    case Verb::kKeygen:
    case Verb::kEnroll:
      break;
  }
  return 0;
}

/// Says what went wrong where it is looked for; the exit code.
int fail(const std::exception& error, bool is_plugin) {
  if (!is_plugin) {
    fmt::print(stderr, "flatline: {}\n", error.what());
    return dynamic_cast<const UsageError*>(&error) != nullptr ? 2 : 1;
  }
  const PluginResult unknown = plugin_failure(error.what());
  try {
    print(unknown.line);
  } catch (const Failure& failure) {
    fmt::print(stderr, "flatline: {}\n", failure.what());
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
