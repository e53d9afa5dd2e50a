// What an administrator does to a running collector, and what it leaves to others: reload, limits
// of the system, private files, its log.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "schema/program/descriptor.h"
#include "tests/harness/asking.h"
#include "tests/harness/files.h"
#include "tests/harness/reloading.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

/// Has the collector reload, and checks that it says this.
void reload(RunningCollector& collector, const std::string& says) {
  const std::string said = reload_collector(collector.process());
  CHECK_MESSAGE(said.find(says) != std::string::npos, said);
}

void write_secret(const fs::path& path, const std::string& text) {
  write_content(path, text);
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

/// The collector's command line on free ports, as a shell runs it after `before`.
std::vector<std::string> in_shell(const fs::path& folder, const std::string& before) {
  const std::string key = (folder / "fleet.key").string();
  if (!fs::exists(key)) {
    REQUIRE(run_to_end({kFlatline, "keygen", "-o", key}).exit_code == 0);
  }
  return {"/bin/sh",          "-c",     before + " exec \"$0\" \"$@\"",
          kFlatlineCollector, "--data", (folder / "data").string(),
          "--fleet-key",      key,      "--listen",
          "127.0.0.1:0",      "--api",  "127.0.0.1:0"};
}

/// A pipe by name, in the place of a file that the collector reads: it waits for a writer.
class Pipe {
 public:
  explicit Pipe(const fs::path& path) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    path_ = fs::canonical(path);  // As the kernel names what a process has open.
    file_ = Descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(file_.is_open());
  }
  /// Waits until the process has it open.
  void await_reader(int process) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    const fs::path files = fmt::format("/proc/{}/fd", process);
    for (bool found = false; !found; require_before(deadline)) {
      for (const auto& entry : fs::directory_iterator(files)) {
        std::error_code gone;
        found = found || fs::read_symlink(entry, gone) == path_;
      }
    }
  }
  /// Writes all that there is, so that the reader comes to its end.
  void give(const std::string& text) {
    REQUIRE(::write(file_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    file_ = Descriptor();
  }

 private:
  fs::path path_;
  Descriptor file_;
};

/// Ends it as its service manager does, and returns what it said.
std::string end(ChildProcess& process) {
  process.send_signal(SIGTERM);
  CHECK(process.wait() == 0);
  return process.err();
}

}  // namespace

TEST_CASE("SIGHUP takes over tokens and keys, refuses the rest by name, and ends nothing") {
  const TemporaryFolder folder;
  const fs::path file = folder / "collector.toml";
  write_content(file, "log_level = \"info\"\n");
  RunningCollector collector({"--config", file.string()});
  REQUIRE(collector.ask({"status"}).exit_code == 0);

  write_secret(folder / "read.token", "readers-alone\n");
  write_content(file, "read_token = \"read.token\"\nmessages_per_host = 3\n");
  reload(collector, "messages_per_host: another value takes a restart");
  CHECK(collector.ask({"status"}).exit_code == 1);
  const std::string token = (folder / "read.token").string();
  CHECK(collector.ask({"--token-file", token, "status"}).exit_code == 0);

  // Whatever is wrong, all stays as it was, and the program goes on.
  write_content(file, "read_token = 7\n");
  reload(collector, "all stays as it was");
  write_content(file, "read_token = \"nowhere.token\"\n");
  reload(collector, "nowhere.token");
  fs::remove(file);
  reload(collector, "collector.toml");
  CHECK(collector.ask({"status"}).exit_code == 1);
  CHECK(collector.ask({"--token-file", token, "status"}).exit_code == 0);
  const std::string said = end(collector.process());
  CHECK(said.find("start: flatline ") != std::string::npos);
  CHECK(said.find("stop: ") != std::string::npos);
}

TEST_CASE("SIGHUP takes over quorums, and refuses those of keys that hosts are not grouped by") {
  const TemporaryFolder folder;
  const fs::path file = folder / "collector.toml";
  const auto quorum_of = [](const std::string& group) {
    return fmt::format("[[quorum]]\ngroup = \"{}\"\nat_least = 1\n", group);
  };
  write_content(file, "group_by = [\"role\"]\n");
  RunningCollector collector({"--config", file.string(), "--tick", "100ms", "--window", "500ms"});
  CHECK(status(collector).groups.below == 0);
  const auto await_below = [&](const std::vector<std::string>& names) {
    await_status(collector, [&](const SummaryAnswer& now) {
      return now.groups.below_names == names && now.groups.below == names.size();
    });
  };
  // Nobody is in the group, so its quorum does not hold.
  write_content(file, "group_by = [\"role\"]\n" + quorum_of("role=web"));
  reload(collector, "reload: done");
  await_below({"role=web"});

  write_content(file, "group_by = [\"rack\"]\n" + quorum_of("rack=r7"));
  reload(collector, "rack=r7 is of a key that this collector was not started with");
  await_below({"role=web"});
  // Another key takes a restart, but nothing else of the file has to wait for that.
  write_content(file, "group_by = [\"rack\"]\n");
  reload(collector, "group_by: another value takes a restart");
  await_below({});
  end(collector.process());
}

TEST_CASE("a reload that is asked for while another one waits for a file is not lost") {
  const TemporaryFolder folder;
  const fs::path file = folder / "collector.toml";
  write_content(file, "log_level = \"info\"\n");
  RunningCollector collector({"--config", file.string()});
  Pipe token(folder / "read.token");
  write_content(file, "read_token = \"read.token\"\n");
  collector.process().send_signal(SIGHUP);
  token.await_reader(collector.process().pid());
  write_content(file, "messages_per_host = 3\n");
  collector.process().send_signal(SIGHUP);
  token.give("readers-alone\n");
  collector.process().hear({"messages_per_host: another value takes a restart"});
  end(collector.process());
}

TEST_CASE("SIGHUP before the collector serves does not end it") {
  const TemporaryFolder folder;
  const std::vector<std::string> sound = in_shell(folder.path(), "");
  const std::string key = (folder / "fleet.key").string();
  const std::string text = content_of(key);
  fs::remove(key);
  Pipe pipe(key);
  ChildProcess collector(sound);
  pipe.await_reader(collector.pid());
  collector.send_signal(SIGHUP);
  pipe.give(text);
  const auto ready = collector.read_line();
  REQUIRE(ready);
  CHECK(ready->starts_with("ready "));
  end(collector);
}

TEST_CASE("a reload takes over how much the log tells") {
  const TemporaryFolder folder;
  const fs::path file = folder / "collector.toml";
  write_content(file, "log_level = \"info\"\n");
  RunningCollector collector({"--config", file.string()});
  write_secret(folder / "read.token", "readers-alone\n");
  write_content(file, "read_token = \"read.token\"\nlog_level = \"error\"\n");
  collector.process().send_signal(SIGHUP);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (collector.ask({"status"}).exit_code == 0) require_before(deadline);
  const std::string said = end(collector.process());
  CHECK(said.find("start: flatline ") != std::string::npos);
  CHECK(said.find("stop: ") == std::string::npos);
}

TEST_CASE("a fleet key is rotated while agents speak, and one of another fleet is refused") {
  const TemporaryFolder folder;
  const fs::path file = folder / "collector.toml";
  const auto keygen = [&](const char* name, std::vector<std::string> flags) {
    std::vector<std::string> command = {kFlatline, "keygen", "-o", (folder / name).string()};
    command.insert(command.end(), flags.begin(), flags.end());
    const Finished made = run_to_end(command);
    REQUIRE_MESSAGE(made.exit_code == 0, made.err);
  };
  keygen("one.key", {});
  keygen("two.key", {"--rotate", (folder / "one.key").string()});
  keygen("other.key", {});
  write_content(file, "fleet_keys = \"one.key\"\n");
  const std::vector<std::string> command = {
      kFlatlineCollector, "--config",    file.string(), "--data",     (folder / "data").string(),
      "--listen",         "127.0.0.1:0", "--api",       "127.0.0.1:0"};
  ChildProcess collector(command);
  const auto ready = collector.read_line();
  REQUIRE(ready);
  const std::size_t udp = ready->find("udp=") + 4;
  const std::string port = ready->substr(udp, ready->find(' ', udp) - udp);
  const std::string api = "http://" + ready->substr(ready->find("api=") + 4);
  const auto await_status_with = [&](const std::string& words) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (run_to_end({kFlatline, "--api", api, "status", "-o", "json"}).out.find(words) ==
           std::string::npos) {
      require_before(deadline);
    }
  };
  ChildProcess sim({kFlatlineSim, "--collector", port, "--fleet-key", (folder / "two.key").string(),
                    "--hosts", "3", "--interval", "1s"});
  await_status_with("\"hosts\":0");
  write_content(file, "fleet_keys = \"other.key\"\n");
  CHECK(reload_collector(collector).find("another fleet's keys") != std::string::npos);
  write_content(file, "fleet_keys = [\"one.key\", \"two.key\"]\n");
  CHECK(reload_collector(collector).find("the live fleet keys are 1 and 2") != std::string::npos);
  await_status_with("\"healthy\":3");
  CHECK(end(collector).find("all stays as it was") != std::string::npos);
}

TEST_CASE("whatever the collector writes is its user's alone, from the first byte on") {
  const TemporaryFolder folder;
  ChildProcess collector(in_shell(folder.path(), "umask 0;"));
  REQUIRE(collector.read_line());
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "data")) {
    struct stat status {};
    const bool is_there = ::stat(entry.path().c_str(), &status) == 0;
    if (!is_there && errno == ENOENT) continue;  // What it made its files of may be gone again.
    REQUIRE(is_there);
    CHECK_MESSAGE((status.st_mode & 0077) == 0, entry.path().string());
    ++files;
  }
  CHECK(files >= 3);
  struct stat status {};
  REQUIRE(::stat((folder / "data").c_str(), &status) == 0);
  CHECK((status.st_mode & 0077) == 0);
  end(collector);
}

TEST_CASE("a small soft limit of open files is raised, and a small hard one refused with numbers") {
  const TemporaryFolder folder;
  ChildProcess collector(in_shell(folder.path(), "ulimit -Sn 24;"));
  const auto ready = collector.read_line();
  REQUIRE(ready);
  CHECK(ready->starts_with("ready "));
  const std::string api = "http://" + ready->substr(ready->find("api=") + 4);
  CHECK(run_to_end({kFlatline, "--api", api, "--timeout", "50s", "status"}).exit_code == 0);
  end(collector);
  for (const int hard : {12, 24, 1100}) {
    CAPTURE(hard);
    const Finished refused =
        run_to_end(in_shell(folder.path(), fmt::format("ulimit -n {};", hard)));
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(refused.err.find(fmt::format("{} files may be open, and 1112 are needed",
                                               hard)) != std::string::npos,
                  refused.err);
  }
}

TEST_CASE("an admin token that cannot be used keeps nobody from monitoring, and is told") {
  RunningCollector collector;
  const fs::path token = collector.folder() / "data" / "admin.token";
  end(collector.process());
  REQUIRE(::chmod(token.c_str(), 0644) == 0);
  collector.start();
  const SummaryAnswer told = await_status(
      collector, [](const SummaryAnswer& now) { return now.storage.state == "degraded"; });
  CHECK_MESSAGE(told.storage.reason.find("admin.token: mode 0644") != std::string::npos,
                told.storage.reason);
  await_status(collector, [](const SummaryAnswer& now) {
    return std::ranges::find(now.flags, "degraded") != now.flags.end();
  });
  REQUIRE(::chmod(token.c_str(), 0600) == 0);
  const std::vector<std::string> freeze = {
      "--admin-token", token.string(), "freeze", "--for", "1m", "--why", "x"};
  const Finished refused = collector.ask(freeze);
  CHECK(refused.exit_code == 1);
  CHECK_MESSAGE(refused.err.find("admin.token") != std::string::npos, refused.err);
  reload(collector, "reload: done");
  const Finished done = collector.ask(freeze);
  CHECK_MESSAGE(done.exit_code == 0, done.err);
  await_status(collector, [](const SummaryAnswer& now) { return now.storage.state == "ok"; });
  end(collector.process());
}

TEST_CASE("under systemd's journal a line has its priority and no second time; JSON is an object") {
  const TemporaryFolder folder;
  // The journal tells a service which pipe is its own, by device and inode.
  ChildProcess journal(in_shell(
      folder.path(), "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2); export JOURNAL_STREAM;"));
  REQUIRE(journal.read_line());
  CHECK_MESSAGE(end(journal).find("<6>start: flatline ") != std::string::npos, journal.err());

  const fs::path file = folder / "as \"json\".toml";
  write_content(file, "log_format = \"json\"\n");
  std::vector<std::string> command = in_shell(folder.path(), "");
  command.insert(command.end(), {"--config", file.string()});
  ChildProcess json(command);
  REQUIRE(json.read_line());
  fs::remove(file);
  json.send_signal(SIGHUP);
  json.hear({R"(/as \"json\".toml: )"});
  const std::vector<std::string> lines = split_lines(end(json));
  REQUIRE(!lines.empty());
  for (const std::string& line : lines) {
    CHECK_MESSAGE((line.starts_with(R"({"time":"2)") && line.ends_with("\"}")), line);
  }
  CHECK(lines.back().find(R"("level":"info","message":"stop: )") != std::string::npos);
}
