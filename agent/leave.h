#pragma once

// `flatline-agent leave` tells the running agent to say that its host leaves, and waits until the
// agent has ended.

#include <string>

#include "agent/config.h"

namespace flatline {

/// Finds the agent by the lock of its state folder, sends it SIGUSR1 and waits for its end: at most
/// kLeaveIntervals intervals and kLeaveGrace. Returns a line that says what happened. Throws
/// Failure if no agent runs, if it is somebody else's, or if it does not end.
std::string leave_running_agent(const AgentConfig& config);

}  // namespace flatline
