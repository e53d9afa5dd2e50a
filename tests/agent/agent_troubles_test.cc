// The real flatline-agent in trouble: full disks, readers that are gone, other people's children.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "agent/loop/resolver.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "tests/agent/agent_host.h"

namespace flatline {
namespace {

TEST_CASE("SIGHUP keeps the results of checks that are the same: a failing host stays failing") {
  const Host host;
  const std::string slow =
      "[[check]]\nkind = \"load\"\n"
      "[[check]]\nname = \"slow\"\nkind = \"exec\"\nperiod = \"1h\"\ntimeout = \"30m\"\n"
      "command = [\"/bin/sh\", \"-c\", \"sleep 0.5; echo 'it is bad | x=7'; exit 2\"]\n";
  host.configure(slow);
  ChildProcess agent(host.command());
  ready_line(agent);
  const Heard before = host.hear_until(is_sad);
  // Of the same checks a reload changes nothing; with another one before them, only their places.
  const std::string another = "[[check]]\nname = \"other\"\nkind = \"memory\"\n";
  const std::vector<std::pair<std::string, unsigned>> reloads = {
      {slow, 1}, {another + slow, 2}, {slow, 1}};
  for (const auto& [checks, place] : reloads) {
    const auto interval = place == 2 ? 200ms : 250ms;
    host.configure(checks, place == 2 ? "200ms" : "250ms");
    agent.send_signal(SIGHUP);
    const Heard after = host.hear_until([&](const Snapshot& s) { return s.interval == interval; });
    CHECK(after.snapshot.states[place] == CheckState::kCritical);
    CHECK(after.snapshot.values[place] == 7);
    const Heard page = host.hear_until([&](const Snapshot& s) { return s.page.index == place; });
    CHECK(page.snapshot.page.message.view() == "it is bad");
    CHECK((page.snapshot.config_hash == before.snapshot.config_hash) == (place == 1));
  }
}

}  // namespace
}  // namespace flatline
