// Tests what the real flatline says of a change that it could not see through to its end, on a
// collector that a script plays.

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "tests/tools/cli/place.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::test {
namespace {

std::string token_of(const Place& place) {
  std::string token = place.write("admin.token", std::string(64, 'a') + "\n");
  ::chmod(token.c_str(), 0600);
  return token;
}

}  // namespace

TEST_CASE("a change that was sent over a connection that was there before may be done yet") {
  Place place;
  const std::string token = token_of(place);
  std::atomic<bool> is_asked_for_it = false;
  const cli::ScriptedCollector collector(
      [&](const std::string& path) -> cli::ScriptedCollector::Answer {
        if (path == "/api/v1/actions") {
          is_asked_for_it = true;
          return {.hangs = true};
        }
        if (path.starts_with("/api/v1/names")) return {"", 404, false, "", true};
        return {to_json(HostPageAnswer{}), 200, false, "", true};
      });
  refused(run_until_heard({"expect", "web-1", "--admin-token", token, "--api", collector.address()},
                          [&] { return is_asked_for_it.load(); }),
          1, {"web-1 may be done yet"});
}

TEST_CASE("who interrupts a long command is told how far it came, and by which key it goes on") {
  Place place;
  const std::string token = token_of(place);
  std::atomic<pid_t> resetting = 0;
  int part = 0;
  const cli::ScriptedCollector collector([&](const std::string&) -> cli::ScriptedCollector::Answer {
    if (++part == 1) {
      NamesDoneAnswer done;
      done.done.action.action = "reset";
      for (int i = 1; i <= 1000; ++i) {
        done.answers.push_back({fmt::format("x-{}", i), "done", ""});
      }
      return {to_json(done), 200};
    }
    while (resetting == 0) std::this_thread::yield();
    ::kill(resetting, SIGINT);
    return {.hangs = true};
  });
  ChildProcess child({FLATLINE_CLI, "reset", "x-[1-1060]", "--yes", "--key", "rack-9",
                      "--admin-token", token, "--api", collector.address(), "--timeout", "60s"});
  resetting = child.pid();
  CHECK(child.wait() == 1);
  CHECK(child.out() == "reset x-[1-1000]\n");
  says(child.err(), {"flatline: interrupted; 1000 of 1060 hosts were done before",
                     "the next of them may be done yet", "--key rack-9 does the rest"});
}

TEST_CASE("a command of several parts is over when a view shows the last one") {
  Place place;
  const std::string token = token_of(place);
  int seen = 0;
  const cli::ScriptedCollector collector(
      [&](const std::string& path) -> cli::ScriptedCollector::Answer {
        if (path == "/api/v1/summary") {
          SummaryAnswer summary;
          // Each view is younger than the record, whose moment is the first part's.
          summary.time = fmt::format("2026-11-24T05:14:{:02}.000Z", 10 + ++seen);
          summary.collector.tick_seconds = 0.02;
          return {to_json(summary)};
        }
        NamesDoneAnswer done;
        done.done.action.action = "reset";
        done.done.action.at = "2026-11-24T05:14:01.000Z";
        done.answers.push_back({"x-1", "done", ""});
        return {to_json(done)};
      });
  const auto reset = [&](const char* hosts) {
    seen = 0;
    const Finished finished = Place::run({"reset", hosts, "--yes", "--admin-token", token, "--api",
                                          collector.address(), "--timeout", "60s"});
    CHECK_MESSAGE(finished.exit_code == 0, finished.err);
    return seen;
  };
  CHECK(reset("x-[1-1000]") == 1);
  CHECK(reset("x-[1-1001]") == 2);
}

}  // namespace flatline::test
