#pragma once

// `flatline-agent --once`: every check run once, and what came of it. Sends nothing and touches
// neither the lock nor the epoch, so that it may run beside the agent.

#include <string>

#include "agent/config.h"

namespace flatline {

/// Runs the checks of `config` all at once, each within its timeout, and returns the snapshot as
/// text: an aligned table, or JSON.
std::string run_checks_once(AgentConfig config, bool as_json);

}  // namespace flatline
