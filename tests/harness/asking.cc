#include "tests/harness/asking.h"

#include <doctest/doctest.h>

#include <fstream>

#include "schema/answers/view_json.h"

namespace flatline::test {

SummaryAnswer status(const RunningCollector& collector) {
  const Finished answer = collector.ask({"status", "-o", "json"});
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  const auto summary = summary_from_json(answer.out);
  REQUIRE(summary);
  return *summary;
}

StatusLines::StatusLines(const RunningCollector& collector)
    : watch_({kFlatline, "watch", "--api", collector.api(), "--timeout", "50s", "--every", "100ms",
              "-o", "json"}) {}

SummaryAnswer StatusLines::next() {
  const auto line = watch_.read_line();
  REQUIRE_MESSAGE(line, watch_.err());
  const auto summary = summary_from_json(*line);
  REQUIRE(summary);
  return *summary;
}

HostPageAnswer hosts(const RunningCollector& collector) {
  const Finished answer = collector.ask({"ls", "-o", "json"});
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  const auto page = host_page_from_json(answer.out);
  REQUIRE(page);
  return *page;
}

std::map<std::string, std::uint32_t> slots(const RunningCollector& collector) {
  std::map<std::string, std::uint32_t> slots;
  for (const HostRowAnswer& host : hosts(collector).hosts) slots[host.name] = host.slot;
  return slots;
}

void require_before(std::chrono::steady_clock::time_point deadline) {
  REQUIRE(std::chrono::steady_clock::now() < deadline);
}

std::map<std::string, std::string> read_truth(const std::filesystem::path& path) {
  std::map<std::string, std::string> states;
  std::ifstream file(path);
  const auto field = [](const std::string& line, const std::string& key) {
    const std::size_t start = line.find("\"" + key + "\":\"") + key.size() + 4;
    return line.substr(start, line.find('"', start) - start);
  };
  for (std::string line; std::getline(file, line);) {
    states[field(line, "host")] = field(line, "state");
  }
  return states;
}

Names in_state(const std::map<std::string, std::string>& truth, const std::string& state) {
  Names names;
  for (const auto& [host, is] : truth) {
    if (is == state) names.insert(host);
  }
  return names;
}

void await_phase(ChildProcess& sim, const std::string& time) {
  while (true) {
    const auto line = sim.read_line();
    REQUIRE_MESSAGE(line, sim.err());
    if (line->starts_with("phase at=" + time + " ")) return;
  }
}

}  // namespace flatline::test
