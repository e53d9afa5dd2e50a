#pragma once

// Reads what a monitoring plugin says with its exit and its output (Monitoring Plugins Development
// Guidelines, "Plugin Output for Nagios"). Pure.

#include <string_view>

#include "agent/core/reporter.h"

namespace flatline {

/// How a plugin ended: by a signal where that is not 0, else with the exit code.
struct PluginEnd {
  std::int64_t exit_code = 0;
  int signal = 0;
};

/// Exit codes 0 to 3 give the state. All others, and signals, make it UNKNOWN, and the message says
/// so. The message is the first line up to `|`, and the value is the first number of the
/// performance data behind it.
CheckResult plugin_result(PluginEnd end, std::string_view output);

}  // namespace flatline
