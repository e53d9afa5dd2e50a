// The real flatline-agent as a service: what its manager hears of it.

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/agent/agent_host.h"
#include "tests/harness/notify_socket.h"

namespace flatline {
namespace {

using test::HeldMainThread;
using test::NotifySocket;

std::vector<std::string> as_service(const Host& host, const NotifySocket& manager) {
  std::vector<std::string> command = manager.under(400ms);
  for (const std::string& part : host.command()) command.push_back(part);
  return command;
}

TEST_CASE("the manager hears that an agent is ready, of its snapshots, reloads and end") {
  const Host host;
  const NotifySocket manager;
  ChildProcess agent(as_service(host, manager));
  CHECK(manager.hear() == "READY=1\n");
  CHECK(
      manager.hear_of("1 CRITICAL").starts_with("WATCHDOG=1\nSTATUS=web-1: 2 checks, 1 CRITICAL"));
  host.configure(Host::kTwoChecks, "200ms");
  manager.forget();
  agent.send_signal(SIGHUP);
  manager.hear_of("RELOADING=1\nMONOTONIC_USEC=");
  manager.hear_of("WATCHDOG_USEC=800000\n");
  manager.hear_of("READY=1\n");
  // A reload that is refused has ended, too. What nobody reads meanwhile leaves no room for news.
  host.configure("wrong");
  manager.forget();
  agent.send_signal(SIGHUP);
  manager.hear_of("RELOADING=1\n");
  manager.hear_of("READY=1\n");
  manager.hear_of(" datagrams sent");
  manager.forget();
  agent.send_signal(SIGTERM);
  manager.hear_of("STOPPING=1\n");
  CHECK(agent.wait() == 0);
}

TEST_CASE("the manager hears nothing of an agent whose loop hangs, until it goes on") {
  const Host host;
  const NotifySocket manager;
  ChildProcess agent(as_service(host, manager));
  manager.hear_of("WATCHDOG=1");
  {
    const HeldMainThread held(agent.pid());
    manager.forget();
    CHECK_FALSE(manager.hear(500ms));
  }
  CHECK(manager.hear_of("WATCHDOG=1").find("datagrams sent") != std::string::npos);
}

TEST_CASE("plugins do not speak in the agent's name") {
  const Host host;
  host.configure(
      "[[check]]\nkind = \"exec\"\ncommand = [\"/bin/sh\", \"-c\", "
      "\"echo told: ${NOTIFY_SOCKET-nobody} ${WATCHDOG_USEC-never}\"]\nperiod = \"500ms\"\n");
  const NotifySocket manager;
  const ChildProcess agent(as_service(host, manager));
  const Heard page = host.hear_until([](const Snapshot& s) {
    return s.page.state == CheckState::kOk && !s.page.message.view().empty();
  });
  CHECK(page.snapshot.page.message.view() == "told: nobody never");
}

}  // namespace
}  // namespace flatline
