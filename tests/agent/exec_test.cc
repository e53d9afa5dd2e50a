// Tests the kind exec with real plugins of Debian, and with plugins that hang, flood, fork or die.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include "schema/program/duration.h"
#include "tests/agent/check_driver.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using enum CheckState;

const std::string kPlugins = "/usr/lib/nagios/plugins/";

std::string command(const std::string& arguments) {
  return "command = [" + arguments + "]";
}

CheckResult plugin(const std::string& name, const std::string& arguments) {
  return run_check("exec", command("\"" + kPlugins + name + "\"" + arguments));
}

/// A shell script in a folder of its own.
class Script {
 public:
  explicit Script(const std::string& body) {
    std::ofstream(path()) << "#!/bin/sh\n" << body << "\n";
    REQUIRE(::chmod(path().c_str(), 0755) == 0);
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "plugin.sh"; }
  [[nodiscard]] std::filesystem::path beside(const char* name) const { return folder_ / name; }
  [[nodiscard]] CheckResult run(Milliseconds timeout = 50s, const std::string& keys = "") const {
    return run_check("exec", command("\"" + path().string() + "\"") + "\n" + keys, timeout);
  }
  /// Lets it time out, and checks that the message has these words behind that. It must have come
  /// so far, and on a busy machine that may take longer.
  void times_out(const std::string& words = "", Milliseconds timeout = 300ms) const {
    for (;; timeout *= 4) {
      const CheckResult result = run(timeout);
      CHECK(result.state == kUnknown);
      const std::string said = "timed out after " + format_duration(timeout) + words;
      if (result.message.view() != said && 4 * timeout < 50s) continue;
      CHECK(result.message.view() == said);
      return;
    }
  }

 private:
  TemporaryFolder folder_;
};

/// Waits until no process with this number runs any more, because it may still be ending.
bool ends(int process) {
  const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (::kill(process, 0) != 0) return true;
    // A killed process stays a zombie until its parent, here often init, collects it.
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(stat, text);
    if (text.empty() || text.find(") Z ") != std::string::npos) return true;
  }
  return false;
}

int number_in(const std::filesystem::path& path) {
  return std::stoi(content_of(path));
}

TEST_CASE("real plugins: state, message and value") {
  const CheckResult load = plugin("check_load", R"(, "-w", "1000", "-c", "2000")");
  CHECK(load.state == kOk);
  CHECK(load.value >= 0);
  CHECK(load.message.view().find("load average") != std::string::npos);
  const CheckResult procs = plugin("check_procs", R"(, "-c", "1:")");
  CHECK(procs.state == kOk);
  CHECK(procs.value >= 1);
  CHECK(procs.message.view().starts_with("PROCS OK"));
  CHECK(plugin("check_procs", R"(, "-c", "0:0")").state == kCritical);
  const CheckResult tcp = plugin("check_tcp", R"(, "-H", "127.0.0.1", "-p", "1")");
  CHECK(tcp.state == kCritical);
  CHECK(tcp.message.view().find("onnect") != std::string::npos);
}

TEST_CASE("check_dummy: every exit code a state") {
  constexpr CheckState kStates[] = {kOk, kWarning, kCritical, kUnknown};
  for (int code = 0; code < 4; ++code) {
    const CheckResult result = plugin("check_dummy", ", \"" + std::to_string(code) + "\", \"hi\"");
    CHECK(result.state == kStates[code]);
    CHECK(result.message.view() == std::string(check_state_name(kStates[code])) + ": hi");
  }
}

TEST_CASE("what cannot run is UNKNOWN with the reason") {
  const CheckResult missing = run_check("exec", command("\"/no/such/plugin\""));
  CHECK(missing.state == kUnknown);
  CHECK(missing.message.view() == "no such file or directory: cannot run /no/such/plugin");
  const CheckResult folder = run_check("exec", command("\"/tmp\""));
  CHECK(folder.state == kUnknown);
  CHECK(folder.message.view() == "permission denied: cannot run /tmp");
}

TEST_CASE("odd exit codes and signals are UNKNOWN with the reason") {
  CHECK(Script("echo hm; exit 42").run().message.view() == "exit code 42: hm");
  const CheckResult killed = Script("echo half; kill -SEGV $$").run();
  CHECK(killed.state == kUnknown);
  CHECK(killed.message.view() == "ended by SIGSEGV: half");
}

TEST_CASE("a plugin that hangs is killed with all its group, and says so") {
  const Script script(
      "sleep 1000 & echo $! > \"$0.child\"; echo $$ > \"$0.self\"; echo up; sleep 1000");
  script.times_out(": up");
  CHECK(ends(number_in(script.beside("plugin.sh.child"))));
  CHECK(ends(number_in(script.beside("plugin.sh.self"))));
}

TEST_CASE("a plugin that ignores SIGTERM is killed too") {
  const Script script(
      "trap '' TERM INT HUP; echo $$ > \"$0.self\"; echo up; while :; do sleep 1; done");
  script.times_out(": up");
  CHECK(ends(number_in(script.beside("plugin.sh.self"))));
}

TEST_CASE("what a plugin leaves behind does not hold its result back, and is killed") {
  const Script script("sleep 1000 & echo $! > \"$0.child\"; echo 'fine | x=4'");
  const CheckResult result = script.run();
  CHECK(result.state == kOk);
  CHECK(result.message.view() == "fine");
  CHECK(result.value == 4);
  CHECK(ends(number_in(script.beside("plugin.sh.child"))));
}

TEST_CASE("a process that left the group and holds stdout open holds nothing back") {
  const Script script("setsid sleep 1000 & echo $! > \"$0.child\"; echo fine");
  CHECK(script.run().message.view() == "fine");
  // The process has left the agent's reach, so the test ends it.
  ::kill(number_in(script.beside("plugin.sh.child")), SIGKILL);
}

TEST_CASE("a flood is read to its end and thrown away") {
  const CheckResult result = Script("echo first; head -c 20000000 /dev/zero; exit 1").run();
  CHECK(result.state == kWarning);
  CHECK(result.message.view() == "first");
  Script("exec yes").times_out(": y");
}

TEST_CASE("a plugin without output is told by the last line of its stderr, however long that is") {
  const CheckResult python =
      Script("echo Traceback >&2; echo 'ImportError: No module named x' >&2; exit 1").run();
  CHECK(python.state == kWarning);
  CHECK(python.message.view() == "ImportError: No module named x");
  CHECK(Script("head -c 20000000 /dev/zero >&2; echo >&2; echo last words >&2; exit 2")
            .run()
            .message.view() == "last words");
  CHECK(Script("echo by name > /dev/stderr").run().message.view() == "by name");
  CHECK(Script("echo noise >&2; echo; echo 'real | x=3'").run().message.view() == "real");
}

TEST_CASE("before it is killed a plugin is asked to end, and what it said is told") {
  const Script script(
      "trap 'rm \"$0.lock\"; echo cleaned up; exit 2' TERM; : > \"$0.lock\"\n"
      "sleep 1000 & while :; do wait; done");
  script.times_out(": cleaned up", 2s);
  CHECK_FALSE(std::filesystem::exists(script.beside("plugin.sh.lock")));
  Script("echo 3 of 9; exec sleep 1000").times_out(": 3 of 9");
  Script("trap '' TERM; echo 4 of 9; while :; do sleep 1; done").times_out(": 4 of 9");
  Script("echo connecting >&2; exec sleep 1000").times_out(": connecting");
}

TEST_CASE("a plugin ends by SIGPIPE although the agent does not") {
  void (*const before)(int) = ::signal(SIGPIPE, SIG_IGN);
  CHECK(Script("kill -PIPE $$; echo survived").run().message.view() ==
        "ended by SIGPIPE: no output");
  ::signal(SIGPIPE, before);
}

TEST_CASE("a plugin that closes stdout early is waited for") {
  const CheckResult result = Script("echo early; exec >&-; sleep 0.2; exit 2").run();
  CHECK(result.state == kCritical);
  CHECK(result.message.view() == "early");
}

TEST_CASE("the environment is the agent's own with changes over it; stdin is empty") {
  ::setenv("FLATLINE_TEST_KEPT", "kept", 1);
  ::setenv("FLATLINE_TEST_CHANGED", "old", 1);
  const CheckResult result =
      Script("echo \"$FLATLINE_TEST_KEPT $FLATLINE_TEST_CHANGED $(pwd) $(cat)\"")
          .run(50s, "environment = [\"FLATLINE_TEST_CHANGED=new\"]");
  CHECK(result.message.view() == "kept new /");
}

TEST_CASE("runs follow one another, timed out or not") {
  const Script script("sleep 1000");
  const auto all_time_out = [&] {
    const auto results = run_check(
        make_check("exec", command("\"" + script.path().string() + "\""), 60ms, 1500ms), 3);
    return std::ranges::all_of(results, [](const CheckResult& result) {
      const bool is_late =
          result.message.view() == "the last run does not end although it was killed";
      if (!is_late) CHECK(result.message.view() == "timed out after 60ms");
      return !is_late;
    });
  };
  // The killed one must be gone by the next, unless a machine that stands still lets the next one's
  // time come with the timeout: then it is tried again.
  int tries = 1;
  while (!all_time_out()) REQUIRE(++tries <= 5);
}

}  // namespace
}  // namespace flatline
