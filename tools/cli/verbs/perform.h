#pragma once

// Pulls operators' actions: asks the collector, host by host, and prints what became of it.

#include <string>
#include <vector>

#include "schema/answers/action_answers.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

/// An action as the API has it.
struct ActionPath {
  const char* verb;
  const char* method;
  const char* behind_host;  ///< What follows /api/v1/hosts/NAME.
};

struct ActionArguments {
  std::vector<std::string> hosts;
  ActionBody request;
  std::string key;
  bool yes = false;
};

/// Asks first where a pattern stands for hosts. Each is changed by a request of its own, under a
/// key of its own: whatever stops it half-way, the same command with the same key does the rest.
/// Returns the exit code; throws Failure.
int perform(Session& session, const ActionPath& action, const ActionArguments& options);

/// The whole fleet's, by POST or DELETE.
int perform_freeze(Session& session, const char* method, const ActionArguments& options);

}  // namespace flatline::cli
