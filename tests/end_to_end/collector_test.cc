// The real collector: every wrong use ends with the right exit code, one line on stderr and nothing
// half-written, and registered hosts survive its death.

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "tests/harness/asking.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;

namespace {

namespace fs = std::filesystem;

/// A folder with a fleet key, in which the collector is run to its end.
class Place {
 public:
  Place() { REQUIRE(run_to_end({kFlatline, "keygen", "-o", file("fleet.key")}).exit_code == 0); }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    write_content(file(name), text);
    return file(name);
  }
  [[nodiscard]] Finished run(const std::vector<std::string>& flags) const {
    return run_to_end(command(flags));
  }
  /// The command line, with free ports, the key and a data folder unless `flags` say otherwise.
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> flags) const {
    std::vector<std::string> command = {kFlatlineCollector};
    const auto default_to = [&](const char* flag, const std::string& value) {
      if (std::ranges::find(flags, flag) != flags.end()) return;
      command.insert(command.end(), {flag, value});
    };
    default_to("--listen", "127.0.0.1:0");
    default_to("--api", "127.0.0.1:0");
    default_to("--data", file("data"));
    default_to("--fleet-key", file("fleet.key"));
    command.insert(command.end(), flags.begin(), flags.end());
    return command;
  }

 private:
  TemporaryFolder folder_;
};

/// A port of loopback that is taken by a socket of this type.
class BusyPort {
 public:
  explicit BusyPort(int type, in_addr_t loopback = INADDR_LOOPBACK)
      : descriptor_(::socket(AF_INET, type, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(loopback);
    socklen_t size = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(descriptor_, name, size) == 0);
    if (type == SOCK_STREAM) REQUIRE(::listen(descriptor_, 1) == 0);
    REQUIRE(::getsockname(descriptor_, name, &size) == 0);
    text_ = "127.0.0." + std::to_string(loopback & 0xFF) + ":" +
            std::to_string(ntohs(address.sin_port));
  }
  ~BusyPort() { ::close(descriptor_); }
  BusyPort(const BusyPort&) = delete;
  BusyPort& operator=(const BusyPort&) = delete;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  int descriptor_;
  std::string text_;
};

/// Checks that the program ended with `exit_code`, printed nothing on stdout, and one line on
/// stderr that contains each of `words`.
void refused(const Finished& finished, int exit_code, const std::vector<std::string>& words) {
  CHECK(finished.exit_code == exit_code);
  CHECK_MESSAGE(finished.out.empty(), finished.out);
  CHECK_MESSAGE(std::ranges::count(finished.err, '\n') == 1, finished.err);
  CHECK_MESSAGE(finished.err.starts_with("flatline-collector: "), finished.err);
  for (const std::string& word : words) {
    CHECK_MESSAGE(finished.err.find(word) != std::string::npos, word, " in: ", finished.err);
  }
}

/// Makes the shell run `command` with these redirections.
std::vector<std::string> redirected(const std::vector<std::string>& command,
                                    const std::string& redirections) {
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$0\" \"$@\" " + redirections};
  shell.insert(shell.end(), command.begin(), command.end());
  return shell;
}

/// Lets so many simulated hosts play this until `reached` holds for the status.
void play(const RunningCollector& collector, unsigned hosts, const std::string& scenario,
          const std::function<bool(const SummaryAnswer&)>& reached) {
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", std::to_string(hosts), "--interval", "500ms",
                    "--scenario", scenario});
  await_status(collector, reached);
  sim.send_signal(SIGTERM);
  CHECK(sim.wait().has_value());
}

/// The flags but `blind`, where a busy machine made a tick late and nothing else is in doubt.
std::vector<std::string> flags_in_time(const SummaryAnswer& summary) {
  std::vector<std::string> flags = summary.flags;
  if (summary.doubts == std::vector<std::string>{"its own tick came late, or it was paused"}) {
    std::erase(flags, "blind");
  }
  return flags;
}

}  // namespace

TEST_CASE("wrong command lines leave by 2") {
  const Place place;
  struct Row {
    std::vector<std::string> flags;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {{"--frob"}, {"--frob"}},
      {{"--capacity", "100"}, {"--capacity", "'100'", "multiple of 64"}},
      {{"--capacity", "many"}, {"--capacity", "'many'", "64 to 1048576"}},
      {{"--capacity", "2097152"}, {"--capacity", "1048576"}},
      {{"--tick", "1"}, {"--tick", "'1'", "unit"}},
      {{"--tick", "1 fortnight"}, {"--tick", "fortnight"}},
      {{"--tick", "10ms"}, {"--tick", "50ms"}},
      {{"--stale-after", "0"}, {"--stale-after", "1 to 60"}},
      {{"--listen", "4170"}, {"--listen", "ADDR:PORT"}},
      {{"--api", "127.0.0.1:70000"}, {"--api", "ADDR:PORT"}},
      {{"--messages-per-host", "33"}, {"--messages-per-host", "0 to 32"}},
      {{"--min-interval", "1ms"}, {"--min-interval", "100ms"}},
      {{"--fleet-key", "a", "extra"}, {"extra"}},
      {{"--fleet-key", "a", "--fleet-key", "b", "--fleet-key", "c"}, {"--fleet-key", "at most 2"}}};
  for (const Row& row : rows) {
    CAPTURE(row.flags[0]);
    refused(place.run(row.flags), 2, row.words);
    CHECK_FALSE(fs::exists(place.file("data")));
  }
  refused(run_to_end({kFlatlineCollector, "--data", place.file("data")}), 2,
          {"--fleet-key", "flatline keygen"});
  CHECK_FALSE(fs::exists(place.file("data")));
}

TEST_CASE("a wrong configuration leaves by 2, named, before anything is made") {
  const Place place;
  struct Row {
    std::string text;
    std::vector<std::string> words;
  };
  const Row rows[] = {{"capacity = 64\nfrobs = 3\n", {"wrong.toml:2", "frobs"}},
                      {"tick = \"1\"\n", {"wrong.toml:1", "tick"}},
                      {"capacity = 65\n", {"wrong.toml:1", "multiple of 64"}},
                      {"capacity = \n", {"wrong.toml:1"}}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    refused(place.run({"--config", place.write("wrong.toml", row.text)}), 2, row.words);
    CHECK_FALSE(fs::exists(place.file("data")));
  }
}

TEST_CASE("what cannot be used leaves by 1, named, before anything is made") {
  const Place place;
  const std::string loose = place.file("loose.key");
  REQUIRE(run_to_end({kFlatline, "keygen", "-o", loose}).exit_code == 0);
  ::chmod(loose.c_str(), 0644);
  REQUIRE(run_to_end({kFlatline, "keygen", "-o", place.file("other.key")}).exit_code == 0);
  const std::string no_key = place.write("no.key", "not a key\n");
  ::chmod(no_key.c_str(), 0600);
  const BusyPort udp(SOCK_DGRAM);
  struct Row {
    std::vector<std::string> flags;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {{"--fleet-key", place.file("nowhere")}, {"nowhere", "No such file"}},
      {{"--fleet-key", loose}, {"loose.key", "0644", "chmod 600"}},
      {{"--fleet-key", no_key}, {"no.key:1"}},
      {{"--fleet-key", place.file("fleet.key"), "--fleet-key", place.file("other.key")},
       {"other.key", "fleet"}},
      {{"--config", place.file("nowhere.toml")}, {"nowhere.toml", "No such file"}},
      {{"--read-token", place.file("nowhere.token")}, {"nowhere.token"}},
      {{"--listen", udp.text()}, {udp.text(), "in use"}},
      {{"--listen", "192.0.2.1:4170"}, {"192.0.2.1:4170"}}};
  for (const Row& row : rows) {
    CAPTURE(row.words[0]);
    refused(place.run(row.flags), 1, row.words);
    CHECK_FALSE(fs::exists(place.file("data")));
  }
}

TEST_CASE("a busy API port, an open API and a data folder that is none leave by 1") {
  const Place place;
  const BusyPort tcp(SOCK_STREAM);
  refused(place.run({"--api", tcp.text()}), 1, {tcp.text(), "in use", "--api"});
  refused(place.run({"--api", "0.0.0.0:0"}), 1, {"0.0.0.0:0", "--read-token"});
  CHECK_FALSE(fs::exists(place.file("data")));  // No start was counted either.
  refused(place.run({"--data", place.file("fleet.key")}), 1, {"--data", "fleet.key"});
}

TEST_CASE("--check-config and --help start nothing") {
  const Place place;
  const Finished checked = place.run({"--check-config"});
  CHECK(checked.exit_code == 0);
  CHECK(checked.out.starts_with("ok: 16384 slots"));
  CHECK_FALSE(fs::exists(place.file("data")));
  const std::string no_key = place.file("nowhere.key");
  refused(place.run({"--check-config", "--fleet-key", no_key}), 1, {"nowhere.key"});
  refused(place.run({"--check-config", "--read-token", no_key}), 1, {"nowhere.key"});
  refused(place.run({"--check-config", "--api", "0.0.0.0:0"}), 1, {"0.0.0.0:0", "--read-token"});
  CHECK_FALSE(fs::exists(place.file("data")));
  CHECK(place.run({"--help"}).exit_code == 0);
  CHECK(place.run({"--version"}).out.starts_with("flatline-collector "));
}

TEST_CASE("without stdin, stdout and stderr it serves, and its files hold what is theirs") {
  const Place place;
  // Nobody else takes a port of this address while it is free.
  const std::string free_port = BusyPort(SOCK_STREAM, INADDR_LOOPBACK + 76).text();
  ChildProcess collector(
      redirected(place.command({"--api", free_port, "--history-keep", "10m"}), "<&- >&- 2>&-"));
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (run_to_end({kFlatline, "--api", free_port, "status"}).exit_code != 0) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  }
  std::size_t bytes = 0;
  for (const auto& file : fs::recursive_directory_iterator(place.file("data"))) {
    if (!file.is_regular_file()) continue;
    CAPTURE(file.path().string());
    // What it made its files of may be gone again.
    std::ostringstream content;
    content << std::ifstream(file.path(), std::ios::binary).rdbuf();
    CHECK(content.view().find("ready udp=") == std::string_view::npos);
    bytes += content.view().size();
  }
  CHECK(bytes > 0);
  collector.send_signal(SIGTERM);
  CHECK(collector.wait() == 0);
}

TEST_CASE("a full stdout is not success") {
  const Place place;
  for (const auto& flags :
       std::vector<std::vector<std::string>>{{}, {"--check-config"}, {"--help"}, {"--version"}}) {
    refused(run_to_end(redirected(place.command(flags), ">/dev/full")), 1,
            {"stdout: cannot write: No space left on device"});
  }
}

TEST_CASE("two collectors on one folder, or another capacity on old data, are refused") {
  const RunningCollector first({"--capacity", "128"});
  const std::string data = (first.folder() / "data").string();
  const Place place;
  refused(place.run({"--data", data, "--capacity", "128"}), 1, {data, "another collector"});
  RunningCollector second({"--capacity", "128"});
  second.process().send_signal(SIGTERM);
  CHECK(second.process().wait() == 0);
  refused(place.run({"--data", (second.folder() / "data").string(), "--capacity", "192"}), 1,
          {"128", "192", "--capacity 128"});
}

TEST_CASE("killed, it comes back with every host in its slot") {
  constexpr unsigned kHosts = 200;
  // Both windows outlast the test, the hosts' by half a minute: what they keep is there whenever
  // it is asked for.
  RunningCollector collector({"--capacity", "256", "--tick", "50ms", "--min-interval", "500ms",
                              "--stale-after", "60", "--window", "10m"});
  play(collector, kHosts, "0s healthy",
       [](const SummaryAnswer& now) { return now.healthy == kHosts; });
  const auto before = slots(collector);
  CHECK(before.size() == kHosts);
  // A plain stop stores everything, so a kill afterwards finds all on the disk.
  collector.process().send_signal(SIGTERM);
  CHECK(collector.process().wait() == 0);
  collector.start();
  CHECK(slots(collector) == before);
  // Hosts keep their last verdict until their window has passed in silence.
  const SummaryAnswer warm = status(collector);
  CHECK(warm.hosts == kHosts);
  CHECK(warm.healthy == kHosts);
  CHECK(flags_in_time(warm) == std::vector<std::string>{"warming"});
  const std::string generation = warm.generation;

  collector.process().send_signal(SIGKILL);
  CHECK(collector.process().wait() == 128 + SIGKILL);
  collector.start();
  CHECK(slots(collector) == before);
  CHECK(status(collector).generation > generation);
  // The hosts go on in their slots: each is heard, since each fails now.
  play(collector, kHosts, "0s fail 100%",
       [](const SummaryAnswer& now) { return now.failing == kHosts; });
  CHECK(slots(collector) == before);
}
