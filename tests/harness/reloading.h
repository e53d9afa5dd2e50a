#pragma once

// Real programs that are told to read their configuration again.

#include <csignal>
#include <string>

#include "tests/harness/child_process.h"

namespace flatline::test {

/// Has an agent reload, and returns what it said until that was over.
inline std::string reload_agent(ChildProcess& agent) {
  agent.send_signal(SIGHUP);
  return agent.hear({"reloaded"});  // Or "not reloaded".
}

/// Has a collector reload, and returns what it said until that was over.
inline std::string reload_collector(ChildProcess& collector) {
  collector.send_signal(SIGHUP);
  return collector.hear({"reload: done", "all stays as it was", "only a part of it is taken over"});
}

}  // namespace flatline::test
