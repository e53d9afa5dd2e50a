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
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "agent/loop/resolver.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"
#include "tests/agent/agent_host.h"
#include "tests/harness/faults.h"
#include "tests/harness/reloading.h"

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

/// A disk hangs when the agent opens `file` at a reload.
void hang_at_reload(const std::filesystem::path& file) {
  CAPTURE(file.string());
  test::Faults faulty(FLATLINE_FAULTY_FILES);
  const Host host;
  std::vector<std::string> command = faulty.under();
  for (const std::string& part : host.command()) command.push_back(part);
  ChildProcess agent(command);
  ready_line(agent);
  host.hear();
  faulty.plan(test::FileCall::kOpen, test::FaultPlan::kHang, 1, file);
  host.configure(Host::kTwoChecks, "200ms");
  agent.send_signal(SIGHUP);
  REQUIRE(faulty.await_hanging(1));
  for (int i = 0; i < 5; ++i) REQUIRE(host.hear().snapshot.interval == 100ms);
  // A reload that is asked for meanwhile is not lost.
  host.configure(Host::kTwoChecks, "300ms");
  agent.send_signal(SIGHUP);
  for (int i = 0; i < 5; ++i) REQUIRE(host.hear().snapshot.interval == 100ms);
  faulty.end();
  host.hear_until([](const Snapshot& s) { return s.interval == 300ms; });
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

TEST_CASE("a configuration whose disk hangs at a reload holds up no snapshot") {
  hang_at_reload("agent.toml");
  // What was read of the configuration before is the old one.
  hang_at_reload("agent.credential");
}

TEST_CASE("a pipe in the place of the configuration is refused at once") {
  const Host host;
  ChildProcess agent(host.command());
  ready_line(agent);
  host.hear();
  std::filesystem::remove(host.config());
  REQUIRE(::mkfifo(host.config().c_str(), 0600) == 0);
  CHECK(test::reload_agent(agent).find("not reloaded, the old configuration stays: " +
                                       host.config().string()) != std::string::npos);
  for (int i = 0; i < 5; ++i) CHECK(host.hear().snapshot.interval == 100ms);
  std::filesystem::remove(host.config());
  host.configure(Host::kTwoChecks, "200ms");
  agent.send_signal(SIGHUP);
  host.hear_until([](const Snapshot& s) { return s.interval == 200ms; });
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
}

/// A pipe by name, for what an agent writes.
class LogPipe {
 public:
  explicit LogPipe(const Host& host, const char* name = "log")
      : path_((host.folder() / name).string()) {
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    ends_ = Descriptor(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(ends_.is_open());
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Fills it, so that whoever writes has to wait for a reader.
  void fill() const {
    const std::array<char, 4096> bytes{};
    while (::write(ends_.get(), bytes.data(), bytes.size()) > 0) {
    }
    CHECK(errno == EAGAIN);
  }
  /// From now on nobody reads.
  void close() { ends_ = Descriptor(); }

 private:
  std::string path_;
  Descriptor ends_;
};

/// Makes the agent log a line or two, and checks that it goes on.
void reload_and_hear(const Host& host, const ChildProcess& agent) {
  for (const auto interval : {200ms, 100ms}) {
    host.configure(Host::kTwoChecks, std::to_string(interval.count()) + "ms");
    agent.send_signal(SIGHUP);
    host.hear_until([&](const Snapshot& s) { return s.interval == interval; });
    host.hear();
  }
}

TEST_CASE("a log whose reader is gone, or reads nothing, holds up no agent") {
  for (const bool is_gone : {true, false}) {
    CAPTURE(is_gone);
    const Host host;
    LogPipe log(host);
    ChildProcess agent(redirected(host.command(), "2>\"" + log.path() + "\""));
    ready_line(agent);
    host.hear();
    if (is_gone) {
      log.close();
    } else {
      log.fill();
    }
    reload_and_hear(host, agent);
    agent.send_signal(SIGTERM);
    CHECK(agent.wait() == 0);
  }
}

TEST_CASE("a stdout that is full, closed or not read holds up no agent") {
  const Host host;
  const LogPipe nobody_reads(host, "full");
  nobody_reads.fill();
  LogPipe closed(host, "closed");
  closed.close();
  const auto quoted = [](const LogPipe& pipe) { return '"' + pipe.path() + '"'; };
  std::uint64_t epoch = 0;
  for (const std::string& redirections :
       {std::string(">/dev/full"), "1<>" + quoted(nobody_reads),
        "3<>" + quoted(closed) + " 1>" + quoted(closed) + " 3<&-"}) {
    CAPTURE(redirections);
    ChildProcess agent(redirected(host.command(), redirections));
    // The agent before may have left a snapshot, which says nothing of this one.
    epoch = host.hear_epoch_after(epoch).header.epoch;
    reload_and_hear(host, agent);
    agent.send_signal(SIGTERM);
    CHECK(agent.wait() == 0);
    CHECK(agent.err().find("not announced: stdout: ") != std::string::npos);
  }
}

/// The command in a mount namespace of its own, after `setup` has run there as root.
std::vector<std::string> in_own_mounts(const std::string& setup,
                                       const std::vector<std::string>& command) {
  std::vector<std::string> shell = {"/usr/bin/unshare",
                                    "--map-root-user",
                                    "--mount",
                                    "/bin/sh",
                                    "-c",
                                    "set -e; " + setup + "; exec \"$0\" \"$@\""};
  shell.insert(shell.end(), command.begin(), command.end());
  return shell;
}

/// Whether this system lets a test mount something; says so where it does not.
bool can_mount() {
  const std::vector<std::string> nothing = {"/bin/true"};
  const bool can = run_to_end(in_own_mounts("mount -t tmpfs none /mnt", nothing)).exit_code == 0;
  if (!can) MESSAGE("not tried: this system lets nobody mount anything");
  return can;
}

TEST_CASE("a state folder on a full, read-only or missing disk keeps no agent from sending") {
  if (!can_mount()) return;
  struct Row {
    std::string what;
    std::string setup;
    std::string warning;
  };
  const std::string mount = "mkdir -p \"$S\"; mount -t tmpfs -o size=4k,nr_inodes=3 none \"$S\"; ";
  const std::vector<Row> rows = {
      {"full before the first start", mount + "echo > \"$S/a\"; mkdir \"$S/b\"",
       "/lock: cannot write: No space left on device; the agent goes on, without its lock"},
      {"read-only before the first start", mount + "mount -o remount,ro \"$S\"",
       "/epoch: cannot write: Read-only file system; the agent goes on, and its next start relies "
       "on the clock"},
      {"read-only, and used before",
       "mount -t tmpfs none \"$S\"; echo 5 > \"$S/lock\"; echo 77 > \"$S/epoch\"; mount -o "
       "remount,ro \"$S\"",
       "/lock: cannot write: Read-only file system; the agent goes on, and `leave` will not find "
       "it"},
      {"the folder cannot be made", "mount -t tmpfs -o ro none \"$S\"; S=\"$S/deep\"",
       "deep: cannot make: Read-only file system; the agent goes on, without its lock"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Host host;
    const bool is_deep = row.what.starts_with("the folder");
    const std::string folder = (host.folder() / "state").string();
    std::filesystem::create_directory(folder);
    if (is_deep) host.configure(Host::kTwoChecks, "100ms", "state/deep");
    ChildProcess agent(in_own_mounts("S=\"" + folder + "\"; " + row.setup, host.command()));
    CHECK(ready_line(agent).starts_with("ready host=web-1"));
    const Heard heard = host.hear_until(is_sad);
    CHECK(heard.header.epoch > std::uint64_t{1'700'000'000'000} << kEpochRandomBits);
    agent.send_signal(SIGTERM);
    CHECK(agent.wait() == 0);
    INFO(agent.err());
    CHECK(agent.err().find(row.warning) != std::string::npos);
  }
}

TEST_CASE("a disk that is full by the next start still takes its epoch") {
  if (!can_mount()) return;
  const Host host;
  const std::string folder = (host.folder() / "state").string();
  std::filesystem::create_directory(folder);
  const std::vector<std::string> command = in_own_mounts(
      "S=\"" + folder + "\"; mount -t tmpfs -o size=32k none \"$S\"; " +
          "\"$0\" \"$@\" > /dev/null & until [ -s \"$S/epoch.reserve\" ]; do :; done; "
          "kill $!; wait $! || true; "
          "cp \"$S/epoch\" \"$S/before\"; "
          "dd if=/dev/zero of=\"$S/fill\" bs=4k 2> /dev/null || true",
      host.command());
  ChildProcess agent(command);
  REQUIRE(ready_line(agent).starts_with("ready"));
  const auto stored = [&](const char* name) {
    return content_of("/proc/" + std::to_string(agent.pid()) + "/root" + folder + "/" + name);
  };
  const std::uint64_t before = std::stoull(stored("before"));
  const Heard heard = host.hear_epoch_after(before);
  CHECK(heard.header.epoch > before);
  CHECK(stored("epoch") == std::to_string(heard.header.epoch) + "\n");
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);
  CHECK(agent.err().find("cannot write") == std::string::npos);
}

/// The first child of a process; 0 if it has none.
int child_of(int process) {
  const std::string number = std::to_string(process);
  return std::atoi(content_of("/proc/" + number + "/task/" + number + "/children").c_str());
}

std::size_t zombies_of(int process) {
  const std::string number = std::to_string(process);
  std::istringstream children(content_of("/proc/" + number + "/task/" + number + "/children"));
  std::size_t zombies = 0;
  for (std::string child; children >> child;) {
    // One that ended meanwhile has no such file any more.
    std::ifstream file("/proc/" + child + "/stat");
    std::string stat;
    std::getline(file, stat);
    if (stat.find(") Z ") != std::string::npos) ++zombies;
  }
  return zombies;
}

TEST_CASE("as process 1 it asks for the end of what its plugins left behind") {
  const Host host;
  host.configure(
      "[[check]]\nkind = \"exec\"\nperiod = \"100ms\"\n"
      "command = [\"/bin/sh\", \"-c\", \"setsid sh -c 'sleep 0.02; exit 0' & echo fine\"]\n");
  std::vector<std::string> command = {"/usr/bin/unshare", "--map-root-user", "--pid", "--fork",
                                      "--kill-child"};
  std::vector<std::string> nothing = command;
  nothing.emplace_back("/bin/true");
  if (run_to_end(nothing).exit_code != 0) {
    MESSAGE("not tried: this system lets nobody have process numbers of his own");
    return;
  }
  for (const std::string& word : host.command()) command.push_back(word);
  ChildProcess shell(command);
  REQUIRE(ready_line(shell).starts_with("ready"));
  const int agent = child_of(shell.pid());
  REQUIRE(agent > 0);
  for (int i = 0; i < 30; ++i) host.hear();
  // Some may have ended just now, and more of them where the machine is busy.
  const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
  while (zombies_of(agent) >= 5) REQUIRE(std::chrono::steady_clock::now() < deadline);
  // Its plugin has 50 ms, which is not enough for each on a busy machine.
  host.hear_until([](const Snapshot& s) { return s.states[0] == CheckState::kOk; });
  ::kill(agent, SIGTERM);
  CHECK(shell.wait() == 0);
}

TEST_CASE("too few open files: the soft limit is raised, and below a hard one it does not start") {
  const Host host;
  const auto limited = [&](const std::string& limits) {
    std::vector<std::string> shell = {"/bin/sh", "-c", limits + "; exec \"$0\" \"$@\""};
    for (const std::string& word : host.command()) shell.push_back(word);
    return shell;
  };
  ChildProcess agent(limited("ulimit -S -n 10"));
  CHECK(ready_line(agent).starts_with("ready"));
  host.hear_until(is_sad);
  agent.send_signal(SIGTERM);
  CHECK(agent.wait() == 0);

  const std::size_t needed = kAgentFiles + 2 * kFilesPerCheck + kFilesPerCollector;
  const Finished refused = run_to_end(limited("ulimit -n " + std::to_string(needed - 1)));
  CHECK(refused.exit_code == 1);
  CHECK(refused.out.empty());
  const std::string number = std::to_string(needed);
  CHECK(refused.err ==
        "flatline-agent: " + std::to_string(needed - 1) + " files may be open, and " + number +
            " are needed for 2 checks and 1 collectors; raise the limit (ulimit -n " + number +
            ", or LimitNOFILE=" + number + " in the unit)\n");
  // So it is where plugins are run once.
  std::vector<std::string> once = limited("ulimit -n " + std::to_string(needed - 1));
  once.emplace_back("--once");
  CHECK(run_to_end(once).err == refused.err);

  // What it says is enough, until a reload brings more checks.
  ChildProcess enough(limited("ulimit -n " + std::to_string(needed)));
  CHECK(ready_line(enough).starts_with("ready"));
  host.hear_until(is_sad);
  host.configure(std::string(Host::kTwoChecks) + "[[check]]\nkind = \"memory\"\n", "200ms");
  CHECK(test::reload_agent(enough).find("not reloaded, the old configuration stays: " + number +
                                        " files may be open, and ") != std::string::npos);
  for (int i = 0; i < 5; ++i) CHECK(host.hear().snapshot.interval == 100ms);
  enough.send_signal(SIGTERM);
  CHECK(enough.wait() == 0);
}

TEST_CASE("disk: a read-only file system is a state of its own, as it is configured") {
  if (!can_mount()) return;
  const Host host;
  const std::string folder = (host.folder() / "read-only").string();
  std::filesystem::create_directory(folder);
  const auto check = [&](const std::string& name, const std::string& state) {
    return "[[check]]\nkind = \"disk\"\nname = \"" + name + "\"\npath = \"" + folder + "\"\n" +
           (state.empty() ? "" : "read_only = \"" + state + "\"\n");
  };
  host.configure(check("by-default", "") + check("warns", "warning") + check("allows", "ok"));
  const Finished once = run_to_end(
      in_own_mounts("mount -t tmpfs -o ro none \"" + folder + "\"", host.command({"--once"})));
  CAPTURE(once.out);
  std::vector<std::string> lines;
  std::istringstream text(once.out);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  REQUIRE(lines.size() == 5);
  CHECK(lines[2].find("  CRITICAL ") != std::string::npos);
  CHECK(lines[2].find("  read-only, 0.0 % used, ") != std::string::npos);
  CHECK(lines[3].find("  WARNING ") != std::string::npos);
  CHECK(lines[3].find("  read-only, 0.0 % used, ") != std::string::npos);
  CHECK(lines[4].find("  OK ") != std::string::npos);
  CHECK(lines[4].find("read-only,") == std::string::npos);
}

TEST_CASE("memory: the control group's limit counts where it is the smaller one") {
  if (!can_mount()) return;
  const Host host;
  host.configure("[[check]]\nkind = \"memory\"\n");
  // Both versions, at the root of all groups.
  const std::filesystem::path groups = host.folder() / "groups";
  std::filesystem::create_directories(groups / "memory");
  const auto write = [&](const char* name, const char* content) {
    std::ofstream(groups / name) << content << "\n";
  };
  write("memory.max", "67108864");
  write("memory.current", "60397978");
  write("memory.stat", "inactive_file 0");
  write("memory/memory.limit_in_bytes", "67108864");
  write("memory/memory.usage_in_bytes", "60397978");
  write("memory/memory.stat", "total_inactive_file 0");
  const Finished once = run_to_end(in_own_mounts(
      "mount --bind \"" + groups.string() + "\" /sys/fs/cgroup", host.command({"--once"})));
  CHECK_MESSAGE(once.out.ends_with("  90.0 % of 0.062 GiB used, the limit of the control group\n"),
                once.out);
}

/// A TCP socket that listens on an address of loopback. One that is full lets nobody in any more,
/// and answers nothing.
class Listener {
 public:
  enum class Kind { kOpen, kFull };

  Listener(const std::string& host, std::uint16_t port, Kind kind)
      : address_(*numeric_address({host, port})) {
    const int family = address_.storage.ss_family;
    socket_ = Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto* const any = reinterpret_cast<sockaddr*>(&address_.storage);
    socklen_t size = sizeof address_.storage;
    usable_ = ::bind(socket_.get(), any, size) == 0 &&
              ::getsockname(socket_.get(), any, &size) == 0 &&
              ::listen(socket_.get(), kind == Kind::kFull ? 0 : 8) == 0;
    if (!usable_ || kind == Kind::kOpen) return;
    for (Descriptor& client : clients_) {
      client = Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)::connect(client.get(), any, size);
    }
  }
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] std::uint16_t port() const {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address_.storage)->sin_port);
  }

 private:
  SocketAddress address_;
  Descriptor socket_;
  std::array<Descriptor, 4> clients_;
  bool usable_ = false;
};

/// One that is full and one that is open, on two addresses and the same port. Another program may
/// have the port on one of them, so several are tried.
struct Listeners {
  std::unique_ptr<Listener> full;
  std::unique_ptr<Listener> open;
};
Listeners listen_on_one_port() {
  for (int tries = 0; tries < 100; ++tries) {
    auto open = std::make_unique<Listener>("127.0.0.2", 0, Listener::Kind::kOpen);
    auto full = std::make_unique<Listener>("127.0.0.1", open->port(), Listener::Kind::kFull);
    if (open->usable() && full->usable()) return {std::move(full), std::move(open)};
  }
  return {};
}

/// What `--once` says of a tcp check of `name`, which these lines of /etc/hosts know.
Finished connect_to(const Host& host, const std::string& hosts, const std::string& name,
                    std::uint16_t port, const std::string& timeout) {
  host.configure("[[check]]\nkind = \"tcp\"\nperiod = \"1m\"\ntimeout = \"" + timeout +
                 "\"\naddress = \"" + name + ":" + std::to_string(port) + "\"\n");
  const std::string file = (host.folder() / "hosts").string();
  std::ofstream(file) << hosts;
  return run_to_end(
      in_own_mounts("mount --bind \"" + file + "\" /etc/hosts", host.command({"--once"})));
}

TEST_CASE("tcp: an address that does not answer leaves time for the next, and ::1 is one, too") {
  if (!can_mount()) return;
  const Host host;
  const Listeners listeners = listen_on_one_port();
  REQUIRE(listeners.open);
  const std::uint16_t number = listeners.open->port();
  const std::string port = std::to_string(number);
  const Finished second = connect_to(host, "127.0.0.1 two.example\n127.0.0.2 two.example\n",
                                     "two.example", number, "12s");
  INFO(second.out);
  CHECK(second.out.find("  OK  ") != std::string::npos);
  CHECK(second.out.ends_with(" ms: two.example:" + port + ", not to 127.0.0.1:" + port + "\n"));
  const Finished none = connect_to(host, "127.0.0.1 one.example\n", "one.example", number, "2s");
  INFO(none.out);
  CHECK(none.out.ends_with("timed out after 2s: no answer from 127.0.0.1:" + port + "\n"));

  const Listener ipv6("::1", 0, Listener::Kind::kOpen);
  if (!ipv6.usable()) return;
  const Finished six = connect_to(host, "::1 six.example\n", "six.example", ipv6.port(), "8s");
  INFO(six.out);
  CHECK(six.out.find(" ms: six.example:") != std::string::npos);
}

constexpr unsigned kNobody = 65534;

TEST_CASE("--once says with which rights a plugin ran, where the service would give fewer") {
  const Host host;
  const std::string rights = "flatline-agent: ran with user ";
  CHECK(run_to_end(host.command({"--once"})).err.starts_with(rights));
  std::vector<std::string> command = {"/usr/bin/setpriv", "--no-new-privs", "--bounding-set=-all",
                                      "--inh-caps=-all"};
  if (::geteuid() == 0) {
    // The service is not root, which owns more than a user, even without a capability.
    const auto one = std::to_string(kNobody);
    REQUIRE(run_to_end({"/bin/chown", "-R", one, host.folder().string()}).exit_code == 0);
    command.insert(command.end(), {"--reuid", one, "--clear-groups"});
  }
  for (const std::string& word : host.command({"--once"})) command.push_back(word);
  const Finished as_service = run_to_end(command);
  CHECK(as_service.exit_code == 0);
  CHECK(as_service.err.empty());
  // Without a plugin there is nothing to say.
  host.configure("[[check]]\nkind = \"load\"\n");
  CHECK(run_to_end(host.command({"--once"})).err.empty());
}

}  // namespace
}  // namespace flatline
