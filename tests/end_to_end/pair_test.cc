// A pair of real collectors that see the same hosts, asked by the real command line as one context:
// who answers while one of them stands still, what an action comes to, and in what the two differ.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "tests/harness/asking.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A collector and its hosts, of which two fail where `fails`.
struct Half {
  explicit Half(std::uint32_t hosts, bool fails)
      : sim{{kFlatlineSim, "--collector", collector.udp(), "--fleet-key", collector.fleet_key(),
             "--hosts", std::to_string(hosts), "--interval", "200ms", "--for", "10m", "--scenario",
             fails ? "0s fail 2 hosts" : "0s healthy"}} {
    await_status(collector, [&](const SummaryAnswer& now) {
      return now.healthy == hosts - (fails ? 2 : 0) && now.failing == (fails ? 2 : 0);
    });
  }
  RunningCollector collector{{"--tick", "100ms", "--min-interval", "100ms", "--window", "2s",
                              "--stale-after", "60", "--capacity", "64"}};
  ChildProcess sim;
};

class Pair {
 public:
  Pair() {
    std::string text = "default = \"both\"\n[contexts.both]\ncollectors = [\"mon-1\", \"mon-2\"]\n";
    for (const auto& [name, half] : {std::pair{"mon-1", &first}, {"mon-2", &second}}) {
      text += fmt::format("[collectors.{}]\naddress = \"{}\"\nadmin_token_file = \"{}\"\n", name,
                          half->collector.api(),
                          (half->collector.folder() / "data" / "admin.token").string());
    }
    std::filesystem::create_directory(folder_ / "flatline");
    write_content(folder_ / "flatline" / "config.toml", text);
  }
  [[nodiscard]] Finished ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), kUnhurried.begin(), kUnhurried.end());
    return run_to_end(command(arguments));
  }
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {"/usr/bin/env", "-u", "FLATLINE_API",
                                        "XDG_CONFIG_HOME=" + folder_.path().string(), kFlatline};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }
  Half first{24, false};
  Half second{22, true};

 private:
  TemporaryFolder folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a pair answers while one of the two stands still, and both are told what operators do") {
  Pair pair;
  const Finished apart = pair.ask({"diff", "--between", "-o", "names"});
  CHECK_MESSAGE(apart.exit_code == 0, apart.err);
  CHECK_MESSAGE(contains(apart.out, "00023,00024]"), apart.out);
  const Finished told = pair.ask({"diff", "--between"});
  CHECK_MESSAGE(contains(told.out, "they agree on 20 hosts and differ on 4, "), told.out);
  CHECK_MESSAGE(contains(told.out, "healthy  absent       2  sim-[00023,00024]\n"), told.out);
  CHECK_MESSAGE(contains(told.out, "healthy  failing      2  "), told.out);
  CHECK(contains(pair.ask({"status"}).out, "24 hosts of 64 slots"));

  pair.first.collector.process().send_signal(SIGSTOP);
  // Both wait for the one that stands still as long as they are told to. The other one has time to
  // answer on a busy machine, too.
  const std::vector<std::string> drain = {"drain", "sim-00001", "--for", "1h",
                                          "--why", "kernel",    "--key", "kernel-7"};
  const std::vector<std::string> in_time = {"--timeout", "10s"};
  const auto hurried = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), in_time.begin(), in_time.end());
    return pair.command(arguments);
  };
  ChildProcess half_done(hurried(drain));
  ChildProcess other(hurried({"status"}));
  CHECK(other.wait() == 0);
  CHECK_MESSAGE(contains(other.out(), "22 hosts of 64 slots"), other.out());
  CHECK_MESSAGE(contains(other.err(), "mon-1 does not answer ("), other.err());
  CHECK_MESSAGE(contains(other.err(), ": no answer within "), other.err());
  CHECK_MESSAGE(contains(other.err(), " ms); this is mon-2's answer"), other.err());
  CHECK(half_done.wait() == 1);
  CHECK_MESSAGE(half_done.out().starts_with("mon-2: drained sim-00001 until "), half_done.out());
  CHECK_MESSAGE(contains(half_done.err(), "flatline: mon-1: "), half_done.err());
  CHECK_MESSAGE(contains(half_done.err(), "--context mon-1 --key kernel-7"), half_done.err());

  pair.first.collector.process().send_signal(SIGCONT);
  std::vector<std::string> rest = {"--context", "mon-1"};
  rest.insert(rest.end(), drain.begin(), drain.end());
  const Finished done = pair.ask(rest);
  CHECK_MESSAGE(done.exit_code == 0, done.err);
  CHECK(contains(pair.ask({"--context", "mon-1", "ls", "drained"}).out, "sim-00001"));
  CHECK_FALSE(contains(pair.ask({"diff", "--between"}).out, "drained"));
}
