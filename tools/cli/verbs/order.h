#pragma once

// Asks collectors for an action for hosts that are known by name, and tells what became of it.
// Where a context has several collectors, each is asked under the same key and keeps a record of
// its own: one that fails keeps none of the others from it, and is told with what does it there
// later.

#include <string>
#include <vector>

#include "tools/cli/verbs/perform.h"

namespace flatline::cli {

/// What is asked for, of each collector alike.
struct Order {
  const ActionPath& action;
  const ActionArguments& options;
  const std::vector<std::string>& hosts;
  std::string key;  ///< Of all its requests, or what their keys begin with.
};

/// Asks in parts of many names, or an older collector host by host. What was done is told once a
/// view shows it. Returns the exit code. Of a single collector it throws what goes wrong.
int order(Session& session, const Order& order);

/// Freezes the fleet by POST, and unfreezes it by DELETE.
int order_freeze(Session& session, const char* method, const ActionArguments& options,
                 const std::string& key);

}  // namespace flatline::cli
