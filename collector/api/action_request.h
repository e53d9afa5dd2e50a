#pragma once

// Reads what an operator asks for, and says what is wrong with it. It asks nobody else.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collector/api/route.h"
#include "collector/view/action.h"
#include "schema/wire/identity.h"

namespace flatline {

/// The action that a request asks for, or the answer that refuses it.
using AskedAction = std::variant<ActionRequest, ApiResponse>;

/// Reads a request whose path names the action and, if it is about a host, the host.
[[nodiscard]] AskedAction read_action(ActionKind kind, const FleetId& fleet, const ApiCall& call);

/// An action for many hosts.
struct NamesRequest {
  ActionRequest action;
  std::vector<ActionTarget> targets;
};
using AskedNames = std::variant<NamesRequest, ApiResponse>;

/// Reads a request whose body names the action and the hosts.
[[nodiscard]] AskedNames read_names_action(const FleetId& fleet, const ApiCall& call);

}  // namespace flatline
