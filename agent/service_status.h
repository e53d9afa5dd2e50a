#pragma once

// What a service manager is told of an agent, in one line: `systemctl status` shows it.

#include <span>
#include <string_view>

#include "agent/sender.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// Writes `web-1: 5 checks, 1 CRITICAL, 1 WARNING; 812 datagrams sent` into `room`, and returns
/// what fits. Allocates nothing.
std::string_view service_status(const Snapshot& snapshot, const Sender::Counts& counts,
                                std::span<char> room);

}  // namespace flatline
