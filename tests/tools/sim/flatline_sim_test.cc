// Runs the real flatline-sim against a socket of the test.

#include <doctest/doctest.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "agent/core/schedule.h"
#include "schema/program/cryptography.h"
#include "schema/program/key_file.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/tools/sim/listener.h"
#include "tools/sim/fate.h"

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;

constexpr std::size_t kHosts = 200;

/// One run of the program, with everything that it sent and printed.
class Run {
 public:
  explicit Run(const std::vector<std::string>& flags) {
    initialize_cryptography();
    key_ = make_fleet_key();
    write_fleet_key(folder_.path() / "fleet.key", key_);
    std::vector<std::string> command = {FLATLINE_SIM,
                                        "--collector",
                                        "127.0.0.1:" + std::to_string(listener_.port()),
                                        "--fleet-key",
                                        (folder_.path() / "fleet.key").string(),
                                        "--truth",
                                        truth_path().string()};
    command.insert(command.end(), flags.begin(), flags.end());
    process_.emplace(command);
  }

  /// Receives until its stdout ends or what was heard is enough, up to a deadline.
  void listen_until(const std::function<bool()>& is_enough) {
    const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
    while (!is_enough()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::array<pollfd, 2> files{
          {{listener_.socket(), POLLIN, 0}, {process_->stdout_file(), POLLIN, 0}}};
      const auto patience = std::chrono::duration_cast<Milliseconds>(test::kPatience);
      REQUIRE(::poll(files.data(), files.size(), static_cast<int>(patience.count())) > 0);
      listener_.receive(key_, heard_);
      if (files[1].revents == 0) continue;
      const auto line = process_->read_line();
      if (!line) break;
      lines_.push_back(*line);
    }
    listener_.receive(key_, heard_);
  }
  /// Receives until its stdout ends or `enough` datagrams have come.
  void listen(std::size_t enough = ~std::size_t{0}) {
    listen_until([&] { return heard_.size() >= enough; });
  }

  /// The number behind `name=` in the last line.
  [[nodiscard]] std::uint64_t summary(std::string_view name) const {
    REQUIRE_FALSE(lines_.empty());
    const std::string field = " " + std::string{name} + "=";
    const std::size_t place = lines_.back().find(field);
    REQUIRE(place != std::string::npos);
    return std::stoull(lines_.back().substr(place + field.size()));
  }

  [[nodiscard]] std::filesystem::path truth_path() const { return folder_.path() / "truth"; }
  [[nodiscard]] ChildProcess& process() { return *process_; }
  [[nodiscard]] const std::vector<Heard>& heard() const { return heard_; }
  /// How many datagrams came, but not to the test.
  [[nodiscard]] std::uint32_t lost() const { return listener_.lost(); }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  TemporaryFolder folder_;
  Listener listener_;
  FleetKey key_;
  std::optional<ChildProcess> process_;
  std::vector<Heard> heard_;
  std::vector<std::string> lines_;
};

std::uint32_t host_of(const Heard& heard) {
  return static_cast<std::uint32_t>(std::stoul(std::string{heard.snapshot.name.view().substr(4)})) -
         1;
}

bool is_failing_host(const Heard& heard) {
  return std::ranges::any_of(heard.snapshot.states, flatline::is_failing);
}

/// Reads the last state of every host from a truth file.
std::map<std::string, std::string> last_truth(const std::filesystem::path& path) {
  std::map<std::string, std::string> states;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto field = [&](std::string_view name) {
      const std::size_t start =
          line.find(std::string{"\""}.append(name).append("\":\"")) + name.size() + 4;
      return line.substr(start, line.find('"', start) - start);
    };
    states[field("host")] = field("state");
  }
  return states;
}

/// Plays the program to its end, or where that is not set until `enough` datagrams have come. Where
/// the machine held up the program so long that it skipped more than `skipped` datagrams, or the
/// test so long that some were lost, it is played again.
std::unique_ptr<Run> play(const std::vector<std::string>& flags, std::uint64_t skipped,
                          std::size_t enough = 0) {
  constexpr int kTries = 10;
  for (int tries = 1;; ++tries) {
    auto run = std::make_unique<Run>(flags);
    if (enough > 0) {
      run->listen(enough);
      run->process().send_signal(SIGINT);
    }
    run->listen();
    CHECK(run->process().wait() == 0);
    const bool is_in_time = run->lost() == 0 && run->summary("skipped") <= skipped;
    if (is_in_time || tries == kTries) return run;
  }
}

/// What a program said on stderr, but for its pace: a busy machine may hold it up.
std::string said_besides_pace(const std::string& err) {
  std::string said;
  std::istringstream lines(err);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("flatline-sim: cannot keep its pace: ")) said += line + "\n";
  }
  return said;
}

TEST_CASE("every host is heard once an interval, at its place, and is what the truth says") {
  // Both phases are seen where half of the time is.
  const auto played = play({"--hosts", "200", "--interval", "200ms", "--scenario",
                            "0s healthy; 1s fail 25%", "--for", "4s", "--seed", "5"},
                           10 * kHosts);
  const Run& run = *played;
  REQUIRE(run.lines().size() == 4);
  CHECK(run.lines()[0] == "ready hosts=200 interval=200ms");
  CHECK(run.lines()[1] == "phase at=0s healthy=200");
  CHECK(run.lines()[2] == "phase at=1s healthy=150 fail=50");
  CHECK(run.summary("sent") == run.heard().size());
  CHECK(run.summary("send_errors") == 0);
  CHECK(run.summary("sent") + run.summary("skipped") == 20 * kHosts);

  std::map<std::uint32_t, std::vector<const Heard*>> by_host;
  for (const Heard& one : run.heard()) by_host[host_of(one)].push_back(&one);
  REQUIRE(by_host.size() == kHosts);
  const auto truth = last_truth(run.truth_path());
  REQUIRE(truth.size() == kHosts);
  std::size_t failing = 0;
  for (const auto& [host, heard] : by_host) {
    for (std::size_t i = 0; i < heard.size(); ++i) {
      CHECK(heard[i]->header.sequence == i + 1);
      CHECK(heard[i]->header.epoch == heard[0]->header.epoch);
    }
    const auto& last = heard.back()->snapshot;
    const bool is_failing = std::ranges::any_of(last.states, flatline::is_failing);
    failing += is_failing ? 1 : 0;
    CHECK(truth.at(std::string{last.name.view()}) == (is_failing ? "failing" : "healthy"));
  }
  CHECK(failing == 50);
}

/// Whether most of what was sent left soon after its host's phase, and so in each quarter of the
/// interval about as much.
bool is_spread(const std::vector<Heard>& heard) {
  std::vector<Duration> lateness;
  std::array<std::size_t, 4> quarters{};
  for (const Heard& one : heard) {
    const Duration place = one.snapshot.sent_at.time_since_epoch() % 200ms;
    const Duration late = (place - phase_of(one.header.agent_id, 200ms) + 400ms) % 200ms;
    // Times in milliseconds are rounded down, so a datagram can look early by one.
    lateness.push_back(late > 195ms ? 0ms : late);
    ++quarters[static_cast<std::size_t>(place / 50ms)];
  }
  if (lateness.size() <= 500) return false;
  std::ranges::nth_element(lateness, lateness.begin() + 500);
  return lateness[500] < 25ms &&
         std::ranges::all_of(quarters, [&](auto count) { return count > heard.size() / 8; });
}

TEST_CASE("sends are spread over the interval, each near its own phase") {
  // A machine that is busy may hold up a run, but not every run.
  bool spread = false;
  for (int tries = 0; !spread && tries < 20; ++tries) {
    Run run({"--hosts", "200", "--interval", "200ms", "--for", "1s"});
    run.listen();
    CHECK(run.process().wait() == 0);
    spread = is_spread(run.heard());
  }
  CHECK(spread);
}

TEST_CASE("losses, duplicates and reorderings are those of the seed") {
  const auto played = play({"--hosts", "200", "--interval", "100ms", "--seed", "9", "--loss", "10%",
                            "--duplicate", "5%", "--reorder", "20%", "--delay", "300ms"},
                           ~std::uint64_t{0}, /*enough=*/18 * kHosts);
  const Run& run = *played;
  const FateOptions fates{
      .loss = 0.1, .duplicate = 0.05, .reorder = 0.2, .delay = 300ms, .seed = 9};
  std::map<std::pair<std::uint32_t, std::uint64_t>, unsigned> copies;
  std::map<std::uint32_t, std::uint64_t> highest;
  std::size_t overtaken = 0;
  for (const Heard& one : run.heard()) {
    const std::uint32_t host = host_of(one);
    ++copies[{host, one.header.sequence}];
    overtaken += one.header.sequence < highest[host] ? 1 : 0;
    highest[host] = std::max(highest[host], one.header.sequence);
  }
  // Datagrams that were held back last may not have been sent before the end.
  std::size_t lost = 0;
  std::size_t doubled = 0;
  for (const auto& [host, last] : highest) {
    for (std::uint64_t sequence = 1; sequence + 4 < last; ++sequence) {
      const unsigned expected = fate_of(fates, {host, 0, sequence}).copies;
      const auto found = copies.find({host, sequence});
      CHECK((found == copies.end() ? 0 : found->second) == expected);
      lost += expected == 0 ? 1 : 0;
      doubled += expected == 2 ? 1 : 0;
    }
  }
  CHECK(lost > 150);
  CHECK(doubled > 60);
  CHECK(overtaken > 200);
  CHECK(run.summary("lost") >= lost);
  CHECK(run.summary("duplicated") >= doubled);
}

TEST_CASE("a clone speaks with its original's name from another port") {
  Run run({"--hosts", "20", "--interval", "100ms", "--clones", "1"});
  std::map<std::uint16_t, std::set<std::uint32_t>> by_port;
  std::size_t seen = 0;
  const auto sort = [&] {
    for (; seen < run.heard().size(); ++seen) {
      by_port[run.heard()[seen].source_port].insert(host_of(run.heard()[seen]));
    }
  };
  run.listen_until([&] {
    sort();
    return by_port.size() == 2;
  });
  run.listen(run.heard().size() + 200);
  run.process().send_signal(SIGINT);
  run.listen();
  CHECK(run.process().wait() == 0);
  sort();
  REQUIRE(by_port.size() == 2);
  const auto [fewer, more] =
      std::minmax({by_port.begin()->second.size(), by_port.rbegin()->second.size()});
  CHECK(fewer == 1);
  CHECK(more == 20);
}

TEST_CASE("it goes on until it is told to end, and then says what it did") {
  for (const int signal : {SIGINT, SIGTERM}) {
    Run run({"--hosts", "5", "--interval", "100ms"});
    run.listen(/*enough=*/10);
    run.process().send_signal(signal);
    run.listen();
    CHECK(run.process().wait() == 0);
    CHECK(run.lines().back().starts_with("done sent="));
    CHECK(said_besides_pace(run.process().err()).empty());
  }
}

TEST_CASE("asked by a signal, it says what it did so far, and goes on") {
  Run run({"--hosts", "5", "--interval", "100ms"});
  run.listen(/*enough=*/10);
  run.process().send_signal(SIGUSR1);
  auto line = run.process().read_line();
  while (line && !line->starts_with("until_now ")) line = run.process().read_line();
  REQUIRE(line);
  CHECK(line->find(" sent=") != std::string::npos);
  CHECK(line->find(" worst=") != std::string::npos);
  run.listen(run.heard().size() + 10);
  run.process().send_signal(SIGINT);
  run.listen();
  CHECK(run.process().wait() == 0);
  CHECK(run.lines().back().starts_with("done sent="));
  CHECK(run.summary("sent") == run.heard().size());
}

TEST_CASE("asked by a signal, it begins the next phase before its time, and the truth says so") {
  Run run({"--hosts", "5", "--interval", "100ms", "--scenario",
           "0s healthy; 1h fail 5 hosts; 2h silent 2 hosts"});
  const auto begins = [&](const std::string& phase) {
    auto line = run.process().read_line();
    while (line && *line != phase) line = run.process().read_line();
    CHECK(line == phase);
  };
  begins("phase at=0s healthy=5");
  run.process().send_signal(SIGUSR2);
  begins("phase at=1h fail=5");
  const auto is_failing = [&] {
    return !run.heard().empty() && is_failing_host(run.heard().back());
  };
  run.listen_until(is_failing);
  run.process().send_signal(SIGUSR2);
  begins("phase at=2h healthy=3 silent=2");
  run.listen_until([&] { return !is_failing(); });
  CHECK(std::ranges::count(last_truth(run.truth_path()) | std::views::values, "silent") == 2);
  // There is none behind this one, which is said, and stops nothing.
  run.process().send_signal(SIGUSR2);
  run.process().hear({"SIGUSR2"});
  run.process().send_signal(SIGINT);
  run.listen();
  CHECK(run.process().wait() == 0);
  CHECK(said_besides_pace(run.process().err()) ==
        "flatline-sim: SIGUSR2: this is the last phase\n");
}

TEST_CASE("it says so when it cannot keep its pace") {
  Run run({"--hosts", "5", "--interval", "100ms"});
  run.listen(/*enough=*/10);
  // The program is stopped for three intervals, which another run of it counts: so it is too slow.
  run.process().send_signal(SIGSTOP);
  ChildProcess clock({FLATLINE_SIM, "--collector", "127.0.0.1:9", "--fleet-key",
                      (run.truth_path().parent_path() / "fleet.key").string(), "--hosts", "1",
                      "--for", "350ms"});
  CHECK(clock.wait() == 0);
  run.process().send_signal(SIGCONT);
  run.listen(run.heard().size() + 10);
  run.process().send_signal(SIGINT);
  run.listen();
  CHECK(run.process().wait() == 0);
  CHECK(run.process().err().starts_with("flatline-sim: cannot keep its pace: "));
  CHECK(std::count(run.process().err().begin(), run.process().err().end(), '\n') == 1);
  CHECK(run.summary("skipped") >= 5);
}

TEST_CASE("what the kernel refuses is counted, said once a phase, and stops nothing") {
  // The kernel refuses to send to a broadcast address unless the socket asked for that.
  const auto played = play({"--collector", "255.255.255.255:9", "--hosts", "5", "--interval",
                            "100ms", "--for", "1s", "--scenario", "0s healthy; 500ms fail 5 hosts"},
                           /*skipped=*/40);
  Run& run = *played;
  CHECK(run.summary("send_errors") + run.summary("skipped") == 50);
  CHECK(run.summary("sent") == run.heard().size());
  CHECK(run.summary("sent") == run.summary("send_errors"));
  // On a loaded machine a whole phase may be skipped. What was sent shows its phase.
  std::set<bool> phases;
  for (const Heard& one : run.heard()) {
    phases.insert(is_failing_host(one));
  }
  const std::string line = "flatline-sim: the kernel refused datagrams: Permission denied\n";
  std::size_t said = 0;
  std::size_t at = 0;
  while ((at = run.process().err().find(line, at)) != std::string::npos) {
    ++said;
    at += line.size();
  }
  CHECK(said >= 1);
  CHECK(said == phases.size());
}

TEST_CASE("wrong use is one line on stderr, and 2; what cannot be is 1") {
  const TemporaryFolder folder;
  initialize_cryptography();
  const std::string key = (folder.path() / "fleet.key").string();
  const std::string loose = (folder.path() / "loose.key").string();
  write_fleet_key(key, make_fleet_key());
  write_fleet_key(loose, make_fleet_key());
  std::filesystem::permissions(loose, std::filesystem::perms{0644});
  struct Row {
    std::vector<std::string> arguments;
    int exit_code;
    std::string_view says;
  };
  const std::vector<Row> rows = {
      {{}, 2, "is required"},
      {{"--collector", "127.0.0.1:9", "--fleet-key", key, "--hosts", "x"}, 2, "--hosts: 'x'"},
      {{"--collector", "127.0.0.1:9", "--fleet-key", key, "--hosts", "5", "--scenario",
        "0s fail 6"},
       2,
       "more than the 5 hosts"},
      {{"--collector", "127.0.0.1:9", "--fleet-key", key + "x", "--hosts", "5"},
       1,
       "fleet.keyx: cannot read: No such file"},
      {{"--collector", "127.0.0.1:9", "--fleet-key", loose, "--hosts", "5"}, 1, "chmod 600"},
      {{"--collector", "127.0.0.1:9", "--fleet-key", key, "--hosts", "5", "--truth", "/no/where"},
       1,
       "--truth /no/where: cannot write"},
      // No name at all, so that no server is asked for it.
      {{"--collector", "nowhere..invalid:9", "--fleet-key", key, "--hosts", "5"},
       1,
       "cannot resolve nowhere..invalid"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> command = {FLATLINE_SIM};
    command.insert(command.end(), row.arguments.begin(), row.arguments.end());
    const test::Finished finished = test::run_to_end(command);
    CAPTURE(finished.err);
    CHECK(finished.exit_code == row.exit_code);
    CHECK(finished.out.empty());
    CHECK(finished.err.starts_with("flatline-sim: "));
    CHECK(finished.err.find(row.says) != std::string::npos);
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
  }
  const test::Finished help = test::run_to_end({FLATLINE_SIM, "--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("--scenario") != std::string::npos);
}

}  // namespace
}  // namespace flatline::sim
