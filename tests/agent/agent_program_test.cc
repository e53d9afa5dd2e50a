// The real flatline-agent: its datagrams are received, opened with its key and read.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "schema/program/clock.h"
#include "tests/agent/agent_host.h"
#include "tests/harness/reloading.h"

namespace flatline {
namespace {

TEST_CASE("snapshots come at the interval's pace, in order, with what the checks say") {
  const Host host;
  ChildProcess agent(host.command());
  CHECK(ready_line(agent) == "ready host=web-1 collectors=1 interval=100ms");
  Heard last = host.hear_until(is_sad);
  CHECK(last.snapshot.labels.view() == "role=web");
  CHECK(last.snapshot.interval == 100ms);
  CHECK(last.snapshot.states[0] == CheckState::kOk);
  CHECK(last.snapshot.states[2] == CheckState::kNone);
  CHECK(last.snapshot.values[1] == 7);
  CHECK(last.snapshot.agent_version == 0x000100);
  const auto first = last;
  for (int i = 0; i < 10; ++i) {
    const Heard next = host.hear();
    CHECK(next.header.epoch == last.header.epoch);
    CHECK(next.header.sequence > last.header.sequence);
    CHECK(next.snapshot.sent_at >= last.snapshot.sent_at);
    last = next;
  }
  // A busy machine may skip intervals, but no later snapshot comes early to make up for it. By the
  // agent's own clock, since they may have waited for this test to read them; the first may be late
  // by an interval, and by another where it stood still in the midst of saying it.
  const auto intervals = last.header.sequence - first.header.sequence;
  CHECK(last.snapshot.uptime - first.snapshot.uptime >= 100ms * intervals - 200ms);
  const Heard page = host.hear_until([](const Snapshot& s) { return s.page.index == 1; });
  CHECK(page.snapshot.page.name.view() == "sad");
  CHECK(page.snapshot.page.message.view() == "it is bad");
}

TEST_CASE("SIGTERM and SIGINT end it cleanly, and the next start has a greater epoch") {
  const Host host;
  std::uint64_t last_epoch = 0;
  for (const int number : {SIGTERM, SIGINT}) {
    ChildProcess agent(host.command());
    ready_line(agent);
    const Heard fresh = host.hear_epoch_after(last_epoch);
    CHECK(fresh.header.epoch > last_epoch);
    CHECK(fresh.header.sequence == 1);
    CHECK_FALSE(fresh.snapshot.leaving);
    last_epoch = fresh.header.epoch;
    agent.send_signal(number);
    CHECK(agent.wait() == 0);
    CHECK(agent.out().empty());
  }
}

TEST_CASE("a run has one line at its start and one at its end, here as JSON") {
  const Host host;
  host.configure("log_format = \"json\"\n");
  ChildProcess agent(host.command());
  ready_line(agent);
  host.hear();
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
  std::vector<std::string> lines;
  for (std::string left = agent.err(); !left.empty(); left.erase(0, left.find('\n') + 1)) {
    lines.push_back(left.substr(0, left.find('\n')));
  }
  CAPTURE(agent.err());
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("{\"time\":\""));
  CHECK(lines[0].find("\"start: flatline 0.1.0, host web-1, key 3, generation 2, 0 checks, every "
                      "100ms to 127.0.0.1:") != std::string::npos);
  CHECK(lines[1].find("\"stop: ") != std::string::npos);
  CHECK(lines[1].ends_with("}"));
}

TEST_CASE("its end takes a running plugin along") {
  const Host host;
  const std::string fifo = (host.folder() / "fifo").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  host.configure(
      "[[check]]\nkind = \"exec\"\nperiod = \"10m\"\ntimeout = \"9m\"\n"
      "command = [\"/bin/sh\", \"-c\", \"exec 2>" +
      fifo + "; echo up >&2; sleep 1000\"]\n");
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(reader >= 0);
  ChildProcess agent(host.command());
  ready_line(agent);
  pollfd waiting{.fd = reader, .events = POLLIN, .revents = 0};
  REQUIRE(::poll(&waiting, 1, kPollPatience) == 1);
  std::array<char, 8> text{};
  REQUIRE(::read(reader, text.data(), text.size()) == 3);
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
  // The pipe is at its end, because nobody holds the other end any more.
  REQUIRE(::poll(&waiting, 1, kPollPatience) == 1);
  CHECK(::read(reader, text.data(), text.size()) == 0);
  ::close(reader);
}

TEST_CASE("SIGHUP: new checks are PENDING at first, epoch and sequence go on") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  const Heard before = host.hear_until(is_sad);
  host.configure(
      "[[check]]\nname = \"never\"\nkind = \"exec\"\ncommand = [\"/bin/sleep\", \"1000\"]"
      "\nperiod = \"1h\"\ntimeout = \"30m\"\n",
      "200ms");
  agent.send_signal(SIGHUP);
  const Heard after = host.hear_until(
      [&](const Snapshot& s) { return s.config_hash != before.snapshot.config_hash; });
  CHECK(after.header.epoch == before.header.epoch);
  CHECK(after.header.sequence > before.header.sequence);
  CHECK(after.snapshot.interval == 200ms);
  CHECK(after.snapshot.states[0] == CheckState::kPending);
  CHECK(after.snapshot.states[1] == CheckState::kNone);
}

TEST_CASE("SIGHUP with a wrong configuration: the old one stays, and one line says why") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  const Heard before = host.hear_until(is_sad);
  std::ofstream(host.config(), std::ios::app) << "timeout = \"1h\"\n";
  CHECK(test::reload_agent(agent).find(
            "not reloaded, the old configuration stays: " + host.config().string() +
            ":15: timeout: 1h is not below the period") != std::string::npos);
  for (int i = 0; i < 5; ++i) {
    CHECK(host.hear().snapshot.config_hash == before.snapshot.config_hash);
  }
  CHECK(is_sad(host.hear().snapshot));
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("SIGHUP with a configuration that cannot be read: the agent goes on, and says why") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  const Heard before = host.hear_until(is_sad);
  std::filesystem::remove(host.config());
  std::filesystem::create_symlink(host.config().filename(), host.config());
  CHECK(test::reload_agent(agent).find(
            "not reloaded, the old configuration stays: " + host.config().string() +
            ": cannot read: Too many levels of symbolic links") != std::string::npos);
  for (int i = 0; i < 5; ++i) {
    CHECK(host.hear().snapshot.config_hash == before.snapshot.config_hash);
  }
  std::filesystem::remove(host.config());
  host.configure("");
  agent.send_signal(SIGHUP);
  host.hear_until([&](const Snapshot& s) { return s.states[0] == CheckState::kNone; });
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("SIGHUP with a credential that is half written or not its own: the old one stays") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  const std::filesystem::path file = host.folder() / "agent.credential";
  const std::string own = credential_text(make_credential(sample_fleet_key(), "web-1", 2));
  FleetKey other_fleet = sample_fleet_key();
  other_fleet.fleet[0] ^= 1;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {own.substr(0, own.size() - 9), "agent.credential:"},
      {own.substr(0, own.find("agent_key")), "agent_key is missing"},
      {"", "name is missing"},
      {credential_text(make_credential(sample_fleet_key(), "web-2", 2)),
       "credential: is web-2's, and this agent speaks for web-1; restart it if that is meant"},
      {credential_text(make_credential(other_fleet, "web-1", 2)),
       "credential: is another fleet's, and this agent speaks for web-1"}};
  std::uint64_t sequence = host.hear().header.sequence;
  for (const auto& [text, says] : wrong) {
    CAPTURE(says);
    write_content(file, text);
    const std::string line = test::reload_agent(agent);
    CHECK_MESSAGE(line.find("not reloaded, the old configuration stays: ") != std::string::npos,
                  line);
    CHECK_MESSAGE(line.find(says) != std::string::npos, line);
    const Heard after = host.hear();
    CHECK(after.header.sequence > sequence);
    sequence = after.header.sequence;
  }
  write_content(file, own);
  CHECK(test::reload_agent(agent).ends_with(
      "reloaded: 2 checks, 1 collectors, key 3, generation 2\n"));
}

/// The wall clock of a program, which the test sets (harness/shifted_clock.cc).
class WallClock {
 public:
  explicit WallClock(const Host& host) : path_(host.folder() / "clock") { set(0ms); }

  /// Sets it so far ahead of this machine's.
  void set(Milliseconds ahead) const {
    const std::int64_t ms = ahead.count();
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    if (!file) file.open(path_, std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<const char*>(&ms), sizeof ms);
  }
  [[nodiscard]] std::vector<std::string> run(const std::vector<std::string>& command) const {
    std::vector<std::string> with_clock = {
        "/usr/bin/env", "LD_PRELOAD=" FLATLINE_SHIFTED_CLOCK,
        "FLATLINE_CLOCK_SHIFT=" + path_.string(),
        // Of an agent that is built with it: ours stands before it, and needs nothing of it.
        "ASAN_OPTIONS=verify_asan_link_order=0"};
    with_clock.insert(with_clock.end(), command.begin(), command.end());
    return with_clock;
  }

 private:
  std::filesystem::path path_;
};

std::string stored_epoch(const Host& host) {
  return content_of(host.folder() / "state" / "epoch");
}

/// The agent, whose snapshot with a new epoch was heard, has stored that before; or it has said
/// that the disk let it wait, and then it stores it yet.
void hold_stored(const Host& host, ChildProcess& agent, std::uint64_t epoch) {
  const std::string text = std::to_string(epoch) + "\n";
  if (stored_epoch(host) == text) return;
  agent.hear({"the new epoch is not stored: the disk does not answer"});
  const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
  while (stored_epoch(host) != text) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    host.hear();
  }
}

TEST_CASE("the wall clock runs ahead: a new epoch that is stored, and the checks go on") {
  const Host host;
  const WallClock clock(host);
  ChildProcess agent(clock.run(host.command()));
  ready_line(agent);
  Heard last = host.hear_until(is_sad);
  for (const Milliseconds ahead : {1h, 2h}) {
    clock.set(ahead);
    const std::uint64_t before = last.header.epoch;
    std::uint64_t sequence = last.header.sequence;
    last = host.hear_epoch_after(before, [&](const Heard& old) {
      // Until the agent has looked at the clock that was set, the epoch goes on.
      CHECK(old.header.sequence > std::exchange(sequence, old.header.sequence));
      CHECK(old.snapshot.sent_at - wall_now() < ahead - 10min);
    });
    CHECK(last.header.epoch > before);
    CHECK(last.header.sequence == 1);
    CHECK(last.snapshot.sent_at - wall_now() > ahead - 10min);
    CHECK(is_sad(last.snapshot));
    hold_stored(host, agent, last.header.epoch);
  }
  CHECK(host.hear().header.epoch == last.header.epoch);
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("in a new epoch each failure is news again, and told as soon as at a start") {
  // Six of 32 fail, so far from one another that pages in turn do not come upon them.
  constexpr std::size_t kFailing = 6;
  std::string checks;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const bool fails = i % 5 == 0 && i / 5 < kFailing;
    checks += "[[check]]\nkind = \"load\"\nname = \"c" + std::to_string(i) +
              "\"\nwarning = \"0:\"\n" + "critical = \"" + (fails ? "@0:" : "0:") + "\"\n";
  }
  const Host host;
  host.configure(checks);
  const WallClock clock(host);
  ChildProcess agent(clock.run(host.command()));
  ready_line(agent);
  std::set<std::size_t> told;
  const auto note = [&](const Heard& heard) {
    const DetailPage& page = heard.snapshot.page;
    if (page.state == CheckState::kCritical) told.insert(page.index);
  };
  Heard last = host.hear();
  for (; told.size() < kFailing; last = host.hear()) note(last);
  clock.set(1h);
  last = host.hear_epoch_after(last.header.epoch);
  told.clear();
  note(last);
  for (std::size_t i = 1; i < kFailing + (kFailing + 2) / 3; ++i) note(host.hear());
  CHECK(told.size() == kFailing);
}

TEST_CASE(
    "the snapshot that waits for its epoch goes out when that is stored, not an interval later") {
  const Host host;
  const WallClock clock(host);
  ChildProcess agent(clock.run(host.command()));
  ready_line(agent);
  const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
  Milliseconds ahead = 0h;
  Milliseconds waited = 1h;
  // The interval is 100 ms. A disk may take long at times, but not always.
  while (waited >= 150ms) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    Heard last = host.hear();
    clock.set(ahead += 1h);
    const Heard first =
        host.hear_epoch_after(last.header.epoch, [&](const Heard& old) { last = old; });
    waited = first.snapshot.sent_at - last.snapshot.sent_at - 1h;
  }
}

TEST_CASE("the wall clock is set back, even to before 1970: the epoch goes on") {
  const Host host;
  const WallClock clock(host);
  ChildProcess agent(clock.run(host.command()));
  ready_line(agent);
  const Heard first = host.hear();
  for (const auto back : {std::chrono::hours{1}, std::chrono::hours{24 * 365 * 100}}) {
    clock.set(-back);
    const WallTime expected = std::max(WallTime{}, wall_now() - back + 10min);
    const Heard heard = host.hear_until([&](const Snapshot& s) { return s.sent_at <= expected; });
    CHECK(heard.header.epoch == first.header.epoch);
  }
  CHECK(stored_epoch(host) == std::to_string(first.header.epoch) + "\n");
}

TEST_CASE("a disk that hangs or fails does not silence an agent that needs a new epoch") {
  for (const bool hangs : {true, false}) {
    CAPTURE(hangs);
    const Host host;
    const WallClock clock(host);
    ChildProcess agent(clock.run(host.command()));
    ready_line(agent);
    const Heard first = host.hear();
    const std::filesystem::path partial = host.folder() / "state" / "epoch.partial";
    // Nobody reads what is written to this pipe; nothing can be written to a folder.
    const int made = hangs ? ::mkfifo(partial.c_str(), 0600) : ::mkdir(partial.c_str(), 0700);
    REQUIRE(made == 0);
    clock.set(1h);
    const Heard heard = host.hear_epoch_after(first.header.epoch);
    CHECK(heard.header.epoch > first.header.epoch);
    CHECK(heard.header.sequence == 1);
    CHECK(host.hear().header.epoch == heard.header.epoch);
    CHECK(stored_epoch(host) == std::to_string(first.header.epoch) + "\n");
    agent.send_signal(SIGTERM);
    CHECK(agent.wait() == 0);
    CHECK(agent.err().find(hangs ? "the new epoch is not stored: the disk does not answer; "
                                 : "/epoch: cannot write: Is a directory; ") != std::string::npos);
  }
}

TEST_CASE("where no epoch follows, the start is refused, and nothing is sent") {
  const Host host;
  const WallClock clock(host);
  std::filesystem::create_directory(host.folder() / "state");
  const std::string path = (host.folder() / "state" / "epoch").string();
  std::ofstream(path) << "18446744073709551615\n";
  const Finished used_up = run_to_end(host.command());
  CHECK(used_up.exit_code == 1);
  CHECK(used_up.out.empty());
  CHECK(used_up.err == "flatline-agent: " + path +
                           ": holds 18446744073709551615, and no epoch follows that; set the clock "
                           "right, remove this file, start the agent, and `flatline reset` this "
                           "host\n");
  clock.set(std::chrono::hours{24} * 365 * 150);
  const Finished beyond = run_to_end(clock.run(host.command()));
  CHECK(beyond.exit_code == 1);
  CHECK(beyond.out.empty());
  CHECK(beyond.err.starts_with("flatline-agent: the clock says 21"));
  CHECK(beyond.err.ends_with("; set the clock\n"));
  CHECK(stored_epoch(host) == "18446744073709551615\n");
  // What it says helps.
  std::filesystem::remove(path);
  ChildProcess agent(host.command());
  ready_line(agent);
  CHECK(stored_epoch(host) == std::to_string(host.hear().header.epoch) + "\n");
}

TEST_CASE("leave: the last snapshots say so, and both programs end well") {
  const Host host;
  const Finished nobody = run_to_end(host.command({"leave"}));
  CHECK(nobody.exit_code == 1);
  CHECK(nobody.err == "flatline-agent: " + (host.folder() / "state").string() +
                          ": no agent runs on this state folder; start one before it can leave\n");
  for (int tries = 1;; ++tries) {
    ChildProcess agent(host.command());
    ready_line(agent);
    host.hear_until(is_sad);
    const Finished left = run_to_end(host.command({"leave"}));
    CHECK(agent.wait() == 0);
    host.hear_until([](const Snapshot& s) { return s.leaving; });
    for (unsigned i = 1; i < kLeaveIntervals; ++i) CHECK(host.hear().snapshot.leaving);
    // A machine that stands still uses up the seconds for which it is waited.
    if (left.err.find(": still runs after ") != std::string::npos && tries < 5) continue;
    CHECK(left.exit_code == 0);
    CHECK(left.out == "web-1 left: the agent (process " + std::to_string(agent.pid()) +
                          ") said so and ended\n");
    break;
  }
}

TEST_CASE("two agents on one state folder: the second is refused") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  const Finished second = run_to_end(host.command());
  CHECK(second.exit_code == 1);
  CHECK(second.out.empty());
  CHECK(second.err == "flatline-agent: " + (host.folder() / "state").string() +
                          ": in use by another agent (process " + std::to_string(agent.pid()) +
                          "); give each its own `state`\n");
}

TEST_CASE("--check-config and --once") {
  const Host host;
  const Finished checked = run_to_end(host.command({"--check-config"}));
  CHECK(checked.exit_code == 0);
  CHECK(checked.out ==
        "OK: " + host.config().string() + ": host web-1, 2 checks, 1 collectors, interval 100ms\n");
  CHECK(checked.err.empty());
  const Finished once = run_to_end(host.command({"--once"}));
  CHECK(once.exit_code == 0);
  CHECK(once.out.starts_with("host web-1, labels role=web\nCHECK  STATE"));
  CHECK(once.out.find("\nload   OK        ") != std::string::npos);
  CHECK(once.out.find("\nsad    CRITICAL  ") != std::string::npos);
  CHECK(once.out.ends_with("7  it is bad\n"));
  const Finished json = run_to_end(host.command({"--once", "-o", "json"}));
  CHECK(json.exit_code == 0);
  CHECK(json.out.starts_with(R"({"host":"web-1","labels":"role=web","config_hash":")"));
  CHECK(json.out.ends_with(R"({"name":"sad","state":"CRITICAL","value":7,"message":"it is bad"}]})"
                           "\n"));
  // Neither run locks or stores anything.
  CHECK_FALSE(std::filesystem::exists(host.folder() / "state"));
}

TEST_CASE("wrong use: one line on stderr, nothing on stdout, the right exit code") {
  const Host host;
  const std::string config = host.config().string();
  const std::string credential = (host.folder() / "agent.credential").string();
  struct Row {
    std::vector<std::string> command;
    int exit_code;
    std::string error;
  };
  const std::vector<Row> usage = {
      {{FLATLINE_AGENT, "--nope"}, 2, "--nope"},
      {{FLATLINE_AGENT, "stay"}, 2, "stay"},
      {{FLATLINE_AGENT, "--config"}, 2, "--config"},
      {host.command({"-o", "json"}), 2, "--once"},
      {host.command({"--once", "-o", "xml"}), 2, "xml"},
      {host.command({"--once", "--check-config"}), 2, "--check-config"},
      {host.command({"--once", "leave"}), 2, "leave goes with --config alone"},
      {{FLATLINE_AGENT, "--config", "/no/such.toml"},
       1,
       "/no/such.toml: cannot read: No such file or directory"},
  };
  const auto fails = [](const Row& row) {
    CAPTURE(row.error);
    const Finished finished = run_to_end(row.command);
    CHECK(finished.exit_code == row.exit_code);
    CHECK(finished.out.empty());
    CHECK(finished.err.starts_with("flatline-agent: "));
    CHECK(finished.err.find(row.error) != std::string::npos);
    CHECK(finished.err.find('\n') == finished.err.size() - 1);
  };
  for (const Row& row : usage) fails(row);

  REQUIRE(::chmod(credential.c_str(), 0644) == 0);
  fails({host.command(), 1,
         credential + ": mode 0644 lets others read a secret; run: chmod 600 " + credential});
  REQUIRE(::chmod(credential.c_str(), 0600) == 0);
  std::ofstream(host.folder() / "state") << "a file\n";
  fails({host.command(), 1, "state/lock: cannot write: Not a directory"});
  std::filesystem::remove(credential);
  fails({host.command(), 1, credential + ": cannot read: No such file or directory"});
}

TEST_CASE("without stdin, stdout and stderr it serves, and its files hold what is theirs") {
  const Host host;
  ChildProcess agent(redirected(host.command(), "<&- >&- 2>&-"));
  host.hear();
  CHECK(content_of(host.folder() / "state" / "lock") == std::to_string(agent.pid()) + "\n");
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("a full stdout is not success") {
  const Host host;
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--once"}, {"--check-config"}, {"--help"}, {"--version"}}) {
    const Finished full = run_to_end(redirected(host.command(arguments), ">/dev/full"));
    CHECK(full.exit_code == 1);
    CHECK(full.err.ends_with("flatline-agent: stdout: cannot write: No space left on device\n"));
  }
}

TEST_CASE("help has examples; the version is one line") {
  const Finished help = run_to_end({FLATLINE_AGENT, "--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("Examples:") != std::string::npos);
  CHECK(help.out.find("leave") != std::string::npos);
  const Finished version = run_to_end({FLATLINE_AGENT, "--version"});
  CHECK(version.exit_code == 0);
  CHECK(version.out == "flatline-agent 0.1.0\n");
}

/// Reads a field of /proc/PID/status, in KiB.
std::size_t status_kib(int process, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stoul(line.substr(field.size() + 1));
  }
  return 0;
}

TEST_CASE("resident memory stays under 6 MiB with every built-in kind, and floods do not grow it") {
  const Host host;
  host.configure(
      "check = [{kind=\"load\",period=\"100ms\"}, {kind=\"memory\",period=\"100ms\"},\n"
      "{kind=\"disk\",period=\"100ms\"}, {kind=\"process\",process=\"init\",period=\"100ms\"},\n"
      "{kind=\"tcp\",address=\"localhost:1\",period=\"100ms\"},\n"
      "{kind=\"exec\",command=[\"/bin/sh\",\"-c\",\"head -c 1000000 /dev/zero\"],"
      "period=\"100ms\"}]\n");
  ChildProcess agent(host.command());
  ready_line(agent);
  const auto is_complete = [](const Snapshot& s) {
    for (std::size_t i = 0; i < 6; ++i) {
      if (s.states[i] == CheckState::kPending) return false;
    }
    return true;
  };
  host.hear_until(is_complete);
  const std::size_t early = status_kib(agent.pid(), "VmRSS");
  for (int i = 0; i < 30; ++i) host.hear();
  const std::size_t late = status_kib(agent.pid(), "VmRSS");
  MESSAGE("resident: ", late, " KiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(late < 6 * 1024);
  CHECK(late < early + 512);
#endif
  CHECK(early > 0);
}

}  // namespace
}  // namespace flatline
