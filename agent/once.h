#pragma once

// `flatline-agent --once` runs every check once and tells what came of it. It sends nothing and
// touches neither the lock nor the epoch, so that it may run beside the agent.

#include <string>

#include "agent/config.h"

namespace flatline {

/// Runs the checks of `config` all at the same time, each within its timeout, and returns their
/// results as text: an aligned table, or JSON.
std::string run_checks_once(AgentConfig config, bool as_json);

}  // namespace flatline
