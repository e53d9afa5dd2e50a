#pragma once

// The command line, read: one verb, what it takes, and what holds for all. The only door to CLI11
// of this program.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "schema/limits.h"

namespace flatline::cli {

enum class Verb { kKeygen, kEnroll, kStatus, kList, kShow, kBitmap, kMap, kWatch, kCheck };

enum class Output { kTable, kJson, kNames, kHex, kRaw };

struct Options {
  Verb verb = Verb::kStatus;

  // For all verbs that ask a collector.
  std::string api = "http://127.0.0.1:4171";
  std::string token_file;
  std::chrono::milliseconds timeout{kDefaultRequestTimeout};
  bool no_color = false;
  Output output = Output::kTable;

  // keygen, enroll
  std::string out;
  std::string rotate;
  std::string fleet_key;
  std::string name;
  std::string names_file;
  std::string into;
  std::uint16_t generation = 0;

  // ls, show, check
  std::vector<std::string> filters;
  bool one_per_line = false;
  std::string host;
  double warning_percent = 5;
  double critical_percent = 20;

  // bitmap, watch
  std::string plane = "healthy";
  std::chrono::milliseconds every{std::chrono::seconds{1}};
  std::uint64_t count = 0;  ///< 0: until Ctrl-C.
};

/// Nothing: --help or --version was asked and printed. Throws UsageError. `is_plugin` becomes true
/// as soon as the verb is known to be `check`, whose every error is a plugin's.
std::optional<Options> parse_options(int argc, const char* const* argv, bool& is_plugin);

}  // namespace flatline::cli
