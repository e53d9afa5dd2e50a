#pragma once

// A real agent that is told to read its configuration again.

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <string>

#include "tests/harness/child_process.h"

namespace flatline::test {

/// Has the agent reload, and returns the line that it says then. `heard` is how much of its log was
/// read before.
inline std::string reload(ChildProcess& agent, std::size_t& heard) {
  agent.send_signal(SIGHUP);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const std::string log = agent.err().substr(heard);
    const std::size_t at = log.find("reloaded");
    const std::size_t end = at == std::string::npos ? at : log.find('\n', at);
    if (end != std::string::npos) {
      heard += end + 1;
      return log.substr(0, end);
    }
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    (void)agent.read_line(std::chrono::milliseconds{20});
  }
}

}  // namespace flatline::test
