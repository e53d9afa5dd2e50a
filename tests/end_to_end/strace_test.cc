// The real collector under `strace --inject`, which makes calls of the kernel fail beneath all
// libraries. It runs only where FLATLINE_STRACE names the program: see strace_faults.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <csignal>
#include <cstdlib>

#include "tests/end_to_end/small_fleet.h"
#include "tests/harness/asking.h"
#include "tests/harness/faults.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

std::string strace() {
  const char* const path = std::getenv("FLATLINE_STRACE");
  return path == nullptr ? "" : path;
}

struct Injected {
  const char* call;
  const char* error;
};

const std::vector<Injected>& each_injected() {
  static const std::vector<Injected> all = {
      {"openat", "EIO"},    {"openat", "ENOSPC"},  {"openat", "EINTR"},    {"openat", "EMFILE"},
      {"pread64", "EIO"},   {"pread64", "EINTR"},  {"read", "EIO"},        {"read", "EINTR"},
      {"pwrite64", "EIO"},  {"pwrite64", "EINTR"}, {"pwrite64", "ENOSPC"}, {"write", "EIO"},
      {"write", "ENOSPC"},  {"fdatasync", "EIO"},  {"fsync", "EIO"},       {"fsync", "ENOSPC"},
      {"ftruncate", "EIO"}, {"fallocate", "EIO"},  {"newfstatat", "EIO"},  {"newfstatat", "ESTALE"},
      {"fcntl", "EIO"},     {"unlink", "EIO"},     {"rename", "EIO"},
  };
  return all;
}

/// What strace is told: the files of the folder alone, and which of their calls fail.
std::vector<std::string> tracing(const fs::path& data, const Injected& injected,
                                 const std::string& when) {
  std::vector<std::string> command = {strace(), "-f", "-qq", "-o", "/dev/null"};
  for (const char* file : {"", "/flatline.db", "/flatline.db-wal", "/history.db", "/history.db-wal",
                           "/history.db.partial", "/admin.token"}) {
    command.insert(command.end(), {"-P", data.string() + file});
  }
  command.insert(command.end(), {"-e", fmt::format("inject={}:error={}:when={}", injected.call,
                                                   injected.error, when)});
  return command;
}

}  // namespace

TEST_CASE("under strace: whatever call fails, the running collector goes on, says so, and heals" *
          doctest::skip(strace().empty())) {
  RunningCollector collector(small_fleet_flags());
  const auto fleet = play_small_fleet(collector);
  await_status(collector, is_whole);
  const fs::path data = collector.folder() / "data";
  for (const Injected& injected : each_injected()) {
    CAPTURE(std::string(injected.call));
    CAPTURE(std::string(injected.error));
    std::string said;
    {
      std::vector<std::string> command = tracing(data, injected, "1+2");
      command.insert(command.end(), {"-p", std::to_string(collector.process().pid())});
      ChildProcess tracer(command);
      const auto until = std::chrono::steady_clock::now() + 3s;
      while (std::chrono::steady_clock::now() < until) {
        const SummaryAnswer summary = status(collector);
        CHECK(summary.healthy == kSmallFleetHosts);
        if (summary.storage.state != "ok") said = summary.storage.reason;
      }
      tracer.send_signal(SIGTERM);
      (void)tracer.wait();
    }
    await_status(collector, is_whole);
    CHECK(files_aside(data) == 0);
    print_row(fmt::format("{:<11}{:<8} running: {}", injected.call, injected.error,
                          said.empty() ? "nothing was lost by it" : said));
  }
  collector.process().send_signal(SIGTERM);
  CHECK(collector.process().wait() == 0);
}

TEST_CASE("under strace: whatever call fails at a start, it starts or says why, and starts later" *
          doctest::skip(strace().empty())) {
  RunningCollector collector(small_fleet_flags());
  const auto fleet = play_small_fleet(collector);
  await_status(collector, is_whole);
  collector.process().send_signal(SIGTERM);
  REQUIRE(collector.process().wait() == 0);
  const fs::path data = collector.folder() / "data";
  for (const Injected& injected : each_injected()) {
    for (const std::string when : {"1", "3", "9", "1+"}) {
      // What is interrupted is tried again, as long as that takes.
      if (when == "1+" && injected.error == std::string("EINTR")) continue;
      CAPTURE(std::string(injected.call));
      CAPTURE(std::string(injected.error));
      CAPTURE(when);
      std::vector<std::string> command = tracing(data, injected, when);
      command.insert(command.end(),
                     {kFlatlineCollector, "--data", data.string(), "--fleet-key",
                      collector.fleet_key(), "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0"});
      const auto more = small_fleet_flags();
      command.insert(command.end(), more.begin(), more.end());
      ChildProcess traced(command);
      const auto ready = traced.read_line();
      if (ready) {
        // strace passes the signal on to nobody, so it ends with its program.
        run_to_end({"/bin/sh", "-c",
                    fmt::format("kill -TERM $(cat /proc/{0}/task/{0}/children)", traced.pid())});
      }
      const auto code = traced.wait();
      REQUIRE(code.has_value());
      CHECK((*code == 0 || *code == 1));
      CHECK((ready.has_value() || !traced.err().empty()));
      CHECK(files_aside(data) == 0);
      print_row(fmt::format("{:<11}{:<8} start, when={:<3}: {}", injected.call, injected.error,
                            when, ready ? "starts" : split_lines(traced.err()).back()));
    }
  }
  collector.start();
  CHECK(hosts(collector).total == kSmallFleetHosts);
}
