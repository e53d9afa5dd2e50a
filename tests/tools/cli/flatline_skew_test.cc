// Tests the real flatline on a collector of the revision before: its recorded answers are in
// tests/golden/answers-before.http, each as the request, the status and the body. What the command
// line reads there it must go on reading.

#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::cli {
namespace {

using Answers = std::map<std::string, ScriptedCollector::Answer>;

std::string without_query(const std::string& path) {
  return path.substr(0, path.find('?'));
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

Answers recorded_answers() {
  Answers answers;
  std::istringstream file(content_of(source_file("tests/golden") / "answers-before.http"));
  std::string request;
  std::string status;
  std::string body;
  for (std::string blank;
       std::getline(file, request) && std::getline(file, status) && std::getline(file, body);
       std::getline(file, blank)) {
    REQUIRE(request.starts_with("GET "));
    REQUIRE(status.starts_with("HTTP "));
    answers[without_query(request.substr(4))] = {
        .body = status.ends_with("hex") ? from_hex(body) : body,
        .status = std::stoi(status.substr(5))};
  }
  REQUIRE(answers.size() >= 14);
  return answers;
}

}  // namespace

TEST_CASE("every verb that asks reads the answers of a collector of the revision before") {
  const Answers answers = recorded_answers();
  ScriptedCollector before([&](const std::string& path) -> ScriptedCollector::Answer {
    const auto answer = answers.find(without_query(path));
    return answer != answers.end()
               ? answer->second
               : ScriptedCollector::Answer{.body = R"({"error":"no such path"})", .status = 404};
  });
  struct Row {
    std::vector<std::string> verb;
    std::vector<std::string> told;
    int exit_code = 0;
  };
  const std::vector<Row> rows = {
      {{"status"}, {"6 hosts of 64 slots", "healthy", "50.0 %", "failing", "expected", "drained"}},
      {{"ls"}, {"sim-00001", "sim-00003", "db-1", "failing", "over its limit (simulated)"}},
      {{"ls", "-o", "names"}, {"db-1", "sim-[0000"}},
      {{"show", "sim-00001"}, {"sim-00001", "failing", "role=web,zone=eu-1a", "load"}},
      {{"show", "db-1"}, {"db-1", "expected"}},
      {{"show", "nobody"}, {}, 1},
      {{"bitmap", "-o", "hex"}, {"1500000000000000"}},
      {{"check"}, {"FLATLINE", "healthy="}, 2},
      {{"at", "2026-11-29T22:15:16Z"}, {"2026-11-29T22:15"}},
      {{"at", "2026-11-29T22:15:16Z", "ls"}, {"sim-00001"}},
      {{"diff", "2026-11-29T22:15:05Z", "2026-11-29T22:15:16Z"}, {"changed", "sim-0000"}},
      {{"history", "sim-00001", "--since", "1m"}, {"sim-00001", "failing"}},
      {{"history", "--fleet", "--since", "1m"}, {"2026-11-29 22:15:14Z"}},
      {{"actions"}, {"drain", "sim-00001", "new kernel", "ada", "forget", "expect"}},
      {{"actions", "--standing"}, {"sim-00002"}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> command{FLATLINE_CLI, "--timeout", "60s", "--api", before.address()};
    command.insert(command.end(), row.verb.begin(), row.verb.end());
    const test::Finished finished = test::run_to_end(command);
    CAPTURE(row.verb.front());
    CAPTURE(finished.out);
    CAPTURE(finished.err);
    CHECK(finished.exit_code == row.exit_code);
    for (const std::string& told : row.told) {
      CHECK_MESSAGE(finished.out.find(told) != std::string::npos, told);
    }
  }
}

}  // namespace flatline::cli
