#pragma once

// The agent's main job: from a configuration that was read to the end of the service.

#include <filesystem>

#include "agent/config.h"
#include "schema/program/service_manager.h"

namespace flatline {

/// Runs the agent until it is told to end. Throws Failure where it cannot begin.
void serve(const std::filesystem::path& path, AgentConfig config, ServiceManager& service);

}  // namespace flatline
