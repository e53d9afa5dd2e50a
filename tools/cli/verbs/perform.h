#pragma once

// Pulls operators' levers: asks the collector, host by host, and prints what became of it.

#include <string>
#include <vector>

#include "schema/answers/action_answers.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

/// A lever as the API has it.
struct LeverPath {
  const char* verb;
  const char* method;
  const char* behind_host;  ///< What follows /api/v1/hosts/NAME.
};

struct LeverOptions {
  std::vector<std::string> hosts;
  ChangeRequest request;
  std::string key;
  bool yes = false;
};

/// Asks first where a pattern stands for hosts. Each is changed by a request of its own, under a
/// key of its own: whatever stops it half-way, the same command with the same key does the rest.
/// Returns the exit code; throws Failure.
int pull(Session& session, const LeverPath& lever, const LeverOptions& options);

/// The whole fleet's, by POST or DELETE.
int pull_freeze(Session& session, const char* method, const LeverOptions& options);

}  // namespace flatline::cli
