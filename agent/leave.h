#pragma once

// `flatline-agent leave`: tells the running agent to say goodbye, and waits until it has.

#include <string>

#include "agent/config.h"

namespace flatline {

/// Finds the agent by the lock of its state folder, signals it and waits for its end, at most
/// kLeaveIntervals intervals and kLeaveGrace. Returns a line that says what happened. Throws
/// Failure: no agent runs, it is somebody else's, or it does not end.
std::string leave_running_agent(const AgentConfig& config);

}  // namespace flatline
