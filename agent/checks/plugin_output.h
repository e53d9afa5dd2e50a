#pragma once

// Reads what a monitoring plugin says with its exit and its output (Monitoring Plugins Development
// Guidelines, "Plugin Output for Nagios"). Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/core/reporter.h"

namespace flatline {

/// How a plugin ended: by a signal where that is not 0, else with the exit code.
struct PluginEnd {
  std::int64_t exit_code = 0;
  int signal = 0;
};

/// Exit codes 0 to 3 give the state. All others, and signals, make it UNKNOWN, and the message says
/// so. The message is what plugin_words() finds, and the value is the first number of the
/// performance data behind the `|`: none where that is written in a way that the guidelines do not
/// know, such as with a comma.
CheckResult plugin_result(PluginEnd end, std::string_view output, std::string_view errors = {});

/// What a plugin has said: the first line of its output that is not blank, up to `|`, or where
/// there is no such text the last line of what it wrote to stderr. Plain text, perhaps empty.
std::string plugin_words(std::string_view output, std::string_view errors);

}  // namespace flatline
