#pragma once

// Under which rights this process runs, for whoever wonders why a plugin passes by hand and fails
// in the service.

#include <optional>
#include <string>
#include <string_view>

namespace flatline {

/// What a process with this /proc/PID/status may do that flatline-agent.service does not let its
/// plugins do, in words; nothing where it may do no more.
std::optional<std::string> rights_beyond_service(std::string_view status);

}  // namespace flatline
