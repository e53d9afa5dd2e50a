// Tests the real flatline with a file of contexts: a pair of which one is away, actions that go to
// both, and that no token leaves for a collector that it does not belong to.

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <regex>

#include "schema/answers/action_json.h"
#include "schema/answers/names_answer.h"
#include "schema/answers/slots_answer.h"
#include "schema/answers/view_json.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/temporary_folder.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::cli {
namespace {

using Answer = ScriptedCollector::Answer;
using test::Finished;

const std::string kToken1(20, '1');
const std::string kToken2(20, '2');

Answer summary_of(std::uint32_t hosts) {
  SummaryAnswer summary;
  summary.hosts = summary.healthy = hosts;
  summary.capacity = 64;
  summary.time = "2026-11-30T07:00:00.000Z";
  summary.collector.version = "0.1.0";
  summary.collector.tick_seconds = 1;
  return {to_json(summary)};
}

/// A collector that takes every action for one host, and makes views that show them.
Answer taking(const std::string& path) {
  if (path == "/api/v1/summary") {
    SummaryAnswer summary;
    summary.time = "2026-11-30T07:00:01.000Z";
    return {to_json(summary)};
  }
  if (path == "/api/v1/actions") return {to_json(ProblemAnswer{"POST is not allowed here"}), 405};
  ActionDoneAnswer done;
  done.action.action = path == "/api/v1/freeze" ? "freeze" : "reset";
  if (done.action.action == "reset") done.action.host = "web-1";
  done.action.changed = true;
  done.action.at = "2026-11-30T07:00:00.000Z";
  return {to_json(done)};
}

/// A collector of healthy hosts, by slot, of which those of `silent` are silent.
Answer standing(const std::string& path, const std::vector<std::string>& hosts,
                const std::string& silent) {
  if (path.starts_with("/api/v1/names")) {
    NamesAnswer head;
    head.total = 3;
    head.generation = "0000000100000001";
    std::string lines = encode_names_head(head);
    for (std::uint32_t slot = 0; slot < hosts.size(); ++slot) {
      append_name(lines, slot, hosts[slot]);
    }
    return {lines};
  }
  SlotsAnswer slots;
  slots.header.capacity = 64;
  slots.header.generation = 0x1'0000'0001;
  slots.header.tick_ms = 10;
  slots.words.resize(kPlanes + 1);
  slots.causes.resize(64);
  slots.names.resize(kCausePlaces);
  for (std::size_t slot = 0; slot < hosts.size(); ++slot) {
    for (const Plane plane :
         {Plane::kRegistered, Plane::kKnown, Plane::kReporting, Plane::kHealthy}) {
      if (hosts[slot] == silent && plane >= Plane::kReporting) continue;
      slots.words[static_cast<std::size_t>(plane)] |= std::uint64_t{1} << slot;
    }
  }
  return {encode_slots(slots)};
}

/// A folder with a file of contexts, in which flatline is run.
class Place {
 public:
  Place(const std::string& first, const std::string& second) {
    std::filesystem::create_directory(folder_ / "flatline");
    for (const auto& [name, token] : {std::pair{"1.token", kToken1}, {"2.token", kToken2}}) {
      const auto path = folder_ / "flatline" / name;
      write_content(path, token + "\n");
      ::chmod(path.c_str(), 0600);
    }
    write_content(folder_ / "flatline" / "config.toml", fmt::format(R"(default = "prod"
[collectors.mon-1]
address = "{}"
token_file = "1.token"
admin_token_file = "1.token"
[collectors.mon-2]
address = "{}"
token_file = "2.token"
admin_token_file = "2.token"
[contexts.prod]
collectors = ["mon-1", "mon-2"]
)",
                                                                    first, second));
  }
  [[nodiscard]] Finished run(const std::vector<std::string>& arguments,
                             const std::string& environment = "FLATLINE_API=") const {
    std::vector<std::string> command = {"/usr/bin/env",
                                        "-u",
                                        "FLATLINE_CONTEXT",
                                        environment,
                                        "XDG_CONFIG_HOME=" + folder_.path().string(),
                                        FLATLINE_CLI,
                                        "--timeout",
                                        "60s"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run_to_end(command);
  }

 private:
  TemporaryFolder folder_;
};

constexpr const char* kNobody = "127.0.0.1:1";

void contains(const std::string& text, const std::string& part) {
  CHECK_MESSAGE(text.find(part) != std::string::npos, part, " in: ", text);
}

}  // namespace

TEST_CASE("where the first of a pair is away, the second answers, and stderr says so") {
  const ScriptedCollector second([](const std::string&) { return summary_of(2); });
  const Place place(kNobody, second.address());
  const Finished finished = place.run({"status", "-o", "json"});
  CHECK(finished.exit_code == 0);
  contains(finished.out, "\"hosts\":2");
  contains(finished.err, "flatline: mon-1 does not answer (http://127.0.0.1:1: ");
  contains(finished.err, "; this is mon-2's answer\n");
  CHECK(second.tokens() == std::vector{kToken2});
}

TEST_CASE("as a plugin, the text says whose answer it is, before performance data") {
  const ScriptedCollector second([](const std::string&) { return summary_of(2); });
  const Place place(kNobody, second.address());
  const Finished finished = place.run({"check"});
  CHECK(finished.exit_code == 0);
  CHECK(finished.err.empty());
  CHECK(std::ranges::count(finished.out, '\n') == 1);
  const std::size_t note = finished.out.find("; this is mon-2's answer | healthy=2 ");
  CHECK_MESSAGE(note != std::string::npos, finished.out);
}

TEST_CASE("no token of a context is sent to an address that was given") {
  const ScriptedCollector first([](const std::string&) { return summary_of(1); });
  const ScriptedCollector other([](const std::string&) { return summary_of(3); });
  const Place place(first.address(), kNobody);
  contains(place.run({"--api", other.address(), "status"}).out, "3 hosts");
  contains(place.run({"status"}, "FLATLINE_API=" + other.address()).out, "3 hosts");
  contains(place.run({"--api", other.address(), "--context", "prod", "status"}).out, "3 hosts");
  CHECK(other.tokens() == std::vector<std::string>(3));
  contains(place.run({"status"}, "FLATLINE_CONTEXT=mon-1").out, "1 hosts");
  CHECK(first.tokens() == std::vector{kToken1});
}

TEST_CASE("an action goes to both, each by its own token, and each is told by name") {
  const ScriptedCollector first(taking);
  const ScriptedCollector second(taking);
  const Place place(first.address(), second.address());
  const Finished finished = place.run({"reset", "web-1"});
  CHECK_MESSAGE(finished.exit_code == 0, finished.err);
  CHECK(finished.out == "mon-1: reset web-1\nmon-2: reset web-1\n");
  for (const auto& token : first.tokens()) CHECK(token == kToken1);
  for (const auto& token : second.tokens()) CHECK(token == kToken2);
  const Finished json = place.run({"reset", "web-1", "-o", "json"});
  contains(json.out, R"({"collector":"mon-1",)");
  contains(json.out, "\n{\"collector\":\"mon-2\",");
  CHECK(place.run({"--context", "mon-2", "reset", "web-1"}).out == "reset web-1\n");
}

TEST_CASE("where one fails, the other is asked all the same, and what does it there is told") {
  const ScriptedCollector second(taking);
  const Place place(kNobody, second.address());
  const Finished finished = place.run({"reset", "web-1", "--key", "night-7"});
  CHECK(finished.exit_code == 1);
  CHECK(finished.out == "mon-2: reset web-1\n");
  contains(finished.err, "flatline: mon-1: http://127.0.0.1:1: ");
  contains(finished.err, "--context mon-1 --key night-7 does the rest, and nothing twice\n");
  const Finished frozen = place.run({"freeze", "--for", "1h", "--why", "x", "--key", "night-8"});
  CHECK(frozen.exit_code == 1);
  CHECK(frozen.out.starts_with("mon-2: frozen"));
  contains(frozen.err, "--context mon-1 --key night-8 does it there\n");
}

TEST_CASE("an action without a token for each of them is refused, and none is asked") {
  const ScriptedCollector first(taking);
  const Place place(first.address(), kNobody);
  const Finished finished = place.run({"--api", first.address(), "reset", "web-1"});
  CHECK(finished.exit_code == 2);
  CHECK(first.tokens().empty());
}

TEST_CASE("contexts lists who answers, and who does not and why") {
  const ScriptedCollector first([](const std::string&) { return summary_of(7); });
  const Place place(first.address(), kNobody);
  const Finished table = place.run({"contexts"});
  CHECK(table.exit_code == 0);
  contains(table.out, "*  prod     mon-1");
  contains(table.out, ": 7 of 7 healthy\n");
  contains(table.out, "no: Failed to connect");
  const std::string json = place.run({"contexts", "-o", "json"}).out;
  contains(json, R"("current":"prod","contexts":[{"name":"prod","current":true,"collectors":[)"
                 R"({"name":"mon-1","address":"http://127.0.0.1:)");
  const std::regex answered(
      R"json("answers":true,"latency_seconds":\d+\.\d+,"version":"0\.1\.0","hosts":7,"healthy":7\},\{"name":"mon-2",)json");
  CHECK_MESSAGE(std::regex_search(json, answered), json);
  contains(json, R"("answers":false,"error":"http://127.0.0.1:1: Failed)");
  CHECK(place.run({"contexts", "-o", "names"}).out == "mon-1\nmon-2\nprod\n");
  // A collector alone is the current one then.
  contains(place.run({"--context", "mon-2", "contexts"}).out, "*  mon-2    mon-2");
  contains(place.run({"contexts"}, "FLATLINE_CONTEXT=none").err, "'none'");
}

TEST_CASE("a wrong file is told before anybody is asked") {
  const ScriptedCollector first([](const std::string&) { return summary_of(1); });
  const Place place(first.address(), "not an address");
  const Finished finished = place.run({"status"});
  CHECK(finished.exit_code == 2);
  contains(finished.err, "config.toml:7: address: must be one collector");
  CHECK(first.tokens().empty());
  const Finished check = place.run({"check"});
  CHECK(check.exit_code == 3);
  contains(check.out, "FLATLINE UNKNOWN - ");
}

TEST_CASE("watching goes on with the second where the first goes away") {
  int asked = 0;
  const ScriptedCollector first([&](const std::string&) {
    return ++asked == 1 ? summary_of(1) : Answer{.body = "{}", .status = 503};
  });
  const ScriptedCollector second([](const std::string&) { return summary_of(2); });
  const Place place(first.address(), second.address());
  const Finished finished = place.run({"watch", "--every", "100ms", "--count", "3"});
  CHECK(finished.exit_code == 0);
  contains(finished.out, " hosts=1 ");
  contains(finished.out, " hosts=2 ");
  contains(finished.err, "mon-1 does not answer");
}

TEST_CASE("two collectors are compared by the names of hosts, and what passes is not told") {
  std::atomic<int> views = 0;
  const ScriptedCollector first([&](const std::string& path) {
    // web-9 is silent for one view, as it is where one of the two ticks before the other.
    const bool is_first_view = path.starts_with("/api/v1/slots") && ++views == 1;
    return standing(path, {"web-1", "web-2", "web-9"}, is_first_view ? "web-9" : "");
  });
  const ScriptedCollector second([](const std::string& path) {
    return standing(path, {"web-9", "web-3", "web-1"}, "web-1");
  });
  const Place place(first.address(), second.address());
  for (const auto& pair : std::vector<std::vector<std::string>>{{"mon-1", "mon-2"}, {}}) {
    views = 0;
    std::vector<std::string> command = {"diff", "--between"};
    command.insert(command.end(), pair.begin(), pair.end());
    const Finished finished = place.run(command);
    CHECK_MESSAGE(finished.exit_code == 0, finished.err);
    contains(finished.out, "they agree on 1 hosts and differ on 3, in two readings ");
    contains(finished.out, "; 1 more differed in one of them alone\n");
    contains(finished.out,
             "MON-1    MON-2    COUNT  HOSTS\n"
             "absent   healthy      1  web-3\n"
             "healthy  absent       1  web-2\n"
             "healthy  silent       1  web-1\n");
  }
  CHECK(place.run({"diff", "--between", "mon-1", "mon-2", "-o", "names"}).out == "web-[1-3]\n");
  const Finished same = place.run({"diff", "--between", "mon-1", "mon-1"});
  CHECK(same.exit_code == 0);
  for (const auto& [wrong, word] : std::vector<std::pair<std::vector<std::string>, const char*>>{
           {{"diff"}, "give a moment"},
           {{"diff", "--between", "mon-1"}, "give two collectors"},
           {{"diff", "--between", "mon-1", "mon-3"}, "no context or collector 'mon-3'"},
           {{"diff", "--between", "--filter", "role=db"}, "compares all hosts"}}) {
    const Finished refused = place.run(wrong);
    CHECK(refused.exit_code == 2);
    contains(refused.err, word);
  }
}

}  // namespace flatline::cli
