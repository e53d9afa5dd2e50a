#pragma once

// What a monitoring plugin says with its exit and its output (Monitoring Plugins Development
// Guidelines, "Plugin Output for Nagios"). Pure.

#include <string_view>

#include "agent/core/reporter.h"

namespace flatline {

/// How a plugin ended: by exit code, or by a signal if that is not 0.
struct PluginEnd {
  std::int64_t exit_code = 0;
  int signal = 0;
};

/// Exit codes 0 to 3 are the state; all others and signals are UNKNOWN, and the message says so.
/// The message is the first line up to `|`, the value the first number of its performance data.
CheckResult plugin_result(PluginEnd end, std::string_view output);

}  // namespace flatline
