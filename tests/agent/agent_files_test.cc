// The real agent on files that fail (harness/faulty_files.cc): it starts or says why not, and at a
// reload keeps what it had. FLATLINE_TABLE=1 prints what became of each fault at each call.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <csignal>
#include <cstring>

#include "schema/program/cryptography.h"
#include "schema/program/key_file.h"
#include "tests/harness/child_process.h"
#include "tests/harness/faults.h"
#include "tests/harness/files.h"
#include "tests/harness/reloading.h"
#include "tests/harness/samples.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A host's folder, named so that no other file of the program has the name in its path.
class Host {
 public:
  Host() {
    initialize_cryptography();
    std::filesystem::create_directory(home());
    write_credential(home() / "agent.credential", make_credential(sample_fleet_key(), "web-1", 2));
    write_content(config(),
                  "credential = \"agent.credential\"\nstate = \"state\"\n"
                  "collectors = [\"127.0.0.1:9\"]\n[[check]]\nkind = \"load\"\nwarning = \"0:\"\n"
                  "critical = \"0:\"\n");
  }
  [[nodiscard]] std::filesystem::path home() const { return folder_ / "agent-home"; }
  [[nodiscard]] std::filesystem::path config() const { return home() / "agent.toml"; }
  [[nodiscard]] std::vector<std::string> command(const Faults& faulty) const {
    std::vector<std::string> command = faulty.under();
    command.insert(command.end(), {FLATLINE_AGENT, "--config", config().string()});
    return command;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("whatever fails at its start, the agent starts or says why, and starts the next time") {
  Faults faulty(FLATLINE_FAULTY_FILES);
  const Host host;
  for (const Fault& fault : each_fault()) {
    for (int granted = 0; granted < 8; ++granted) {
      CAPTURE(std::string(fault.name));
      CAPTURE(granted);
      faulty.plan(fault.call, fault.fault, 1, "agent-home", granted);
      ChildProcess agent(host.command(faulty));
      const bool ready = agent.read_line().has_value();
      if (ready) agent.send_signal(SIGTERM);
      // A configuration of which a bit is wrong may be one that is not allowed.
      const int code = agent.wait().value_or(-1);
      const bool may_be_wrong = fault.fault < 0 && code == 2;
      CHECK_MESSAGE((code == (ready ? 0 : 1) || (!ready && may_be_wrong)), code, agent.err());
      const int met = faulty.met();
      faulty.end();
      if (met == 0) break;
      if (!ready && fault.fault > 0) {
        CHECK_MESSAGE(agent.err().find(std::strerror(fault.fault)) != std::string::npos,
                      agent.err());
      }
      // A number that was read wrong is no number, and says so; nothing else is thrown away.
      print_row(fmt::format("{:<22} agent's start, after {}: {}", fault.name, granted,
                            ready ? "starts\n" : agent.err()));
      ChildProcess again(host.command(faulty));
      CHECK(again.read_line().has_value());
      again.send_signal(SIGTERM);
      CHECK(again.wait() == 0);
    }
  }
}

TEST_CASE("whatever fails at a reload, the agent goes on, and the next reload finds all in order") {
  Faults faulty(FLATLINE_FAULTY_FILES);
  const Host host;
  ChildProcess agent(host.command(faulty));
  REQUIRE(agent.read_line().has_value());
  for (const Fault& fault : each_fault()) {
    for (const int granted : {0, 1}) {
      CAPTURE(std::string(fault.name));
      CAPTURE(granted);
      faulty.plan(fault.call, fault.fault, 1, "agent-home", granted);
      const std::string said = reload_agent(agent);
      const bool refused =
          said.find("not reloaded, the old configuration stays") != std::string::npos;
      if (refused && fault.fault > 0) {
        CHECK_MESSAGE(said.find(std::strerror(fault.fault)) != std::string::npos, said);
      }
      if (faulty.met() > 0) {
        print_row(fmt::format("{:<22} agent's reload, after {}: {}", fault.name, granted,
                              refused ? said : "reloaded\n"));
      }
      faulty.end();
      CHECK(reload_agent(agent).find("not reloaded") == std::string::npos);
    }
  }
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}
