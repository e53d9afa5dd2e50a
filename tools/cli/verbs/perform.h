#pragma once

// Does what operators order: asks the collector for an action, host by host, and prints what became
// of it.

#include <string>
#include <vector>

#include "schema/answers/action_answers.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

/// Which hosts a pattern may match: those that the action can change.
enum class Matches { kRegistered, kDrained, kForgotten, kRegisteredOrRevoked, kAwaited };

/// How an action is asked for over the API.
struct ActionPath {
  const char* verb;
  const char* method;
  const char* behind_host;  ///< What follows /api/v1/hosts/NAME.
  Matches matches = Matches::kRegistered;
};

inline constexpr ActionPath kExpect{"expect", "POST", "/expect"};
inline constexpr ActionPath kUnexpect{"unexpect", "DELETE", "/expect", Matches::kAwaited};

struct ActionArguments {
  std::vector<std::string> hosts;    ///< Names, and patterns of names.
  std::vector<std::string> filters;  ///< They select hosts besides.
  ActionBody request;
  std::string key;
  bool yes = false;
  bool listed = false;  ///< Whether some of the hosts were read from a list.
  /// Whether the same command, typed again, does what is left, so that nobody needs its key.
  bool is_repeatable = false;
  bool tells_on_stderr = false;  ///< Whether stdout has something else.
};

/// Does the action for each host. Where an argument, or a list that was read, stands for several
/// hosts, it shows them and asks the operator first; then it is done for these very hosts, whoever
/// matches by then. All are asked for under one key, in parts of many names (by an older collector,
/// host by host), so that whatever stops this half-way, the same command with the same key does the
/// rest; who interrupts it is told how far it came. What was done is told once a view shows it. Of
/// several collectors the first that answers says whom patterns and filters mean, and all are asked
/// (order.h). Returns the exit code. Throws Failure.
int perform(Session& session, const ActionPath& action, const ActionArguments& options);

/// Freezes the whole fleet by POST, and unfreezes it by DELETE.
int perform_freeze(Session& session, const char* method, const ActionArguments& options);

}  // namespace flatline::cli
