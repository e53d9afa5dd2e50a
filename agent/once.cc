#include "agent/once.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/check_runner.h"
#include "agent/core/message.h"
#include "agent/loop/owned_loop.h"
#include "agent/open_files.h"
#include "agent/rights.h"
#include "schema/program/clock.h"
#include "schema/program/small_file.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

struct Row {
  CheckName name;
  CheckResult result;
  bool seen = false;
};

std::vector<Row> run_all(AgentConfig& config) {
  std::vector<Row> rows;
  for (const ConfiguredCheck& check : config.checks)
    rows.push_back({.name = check.plan.name, .result = {}});
  std::size_t missing = rows.size();
  if (missing == 0) return rows;
  OwnedLoop loop;
  // A check with a short period may run again while a slow one still runs; its first result counts.
  const auto take = [&](std::size_t index, const CheckResult& result, Instant) {
    if (std::exchange(rows[index].seen, true)) return;
    rows[index].result = result;
    rows[index].result.message = message_of(to_plain_utf8(result.message.view()));
    if (--missing == 0) loop.stop();
  };
  CheckRunner runner(loop.get(), std::move(config.checks), Duration::zero(), monotonic_now(), take);
  loop.run();
  runner.end();
  return rows;
}

std::string value_text(float value, std::string_view none) {
  return has_value(value) ? fmt::format("{:.6g}", value) : std::string(none);
}

/// `text` as a JSON string. Plain text has no control characters, so only quotes and backslashes
/// need a backslash.
std::string json_text(std::string_view text) {
  std::string text_in_quotes = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') text_in_quotes += '\\';
    text_in_quotes += c;
  }
  return text_in_quotes + '"';
}

std::string to_json(const AgentConfig& config, const std::vector<Row>& rows) {
  std::string checks;
  for (const Row& row : rows) {
    checks += fmt::format(R"({}{{"name":{},"state":"{}","value":{},"message":{}}})",
                          checks.empty() ? "" : ",", json_text(row.name.view()),
                          check_state_name(row.result.state), value_text(row.result.value, "null"),
                          json_text(row.result.message.view()));
  }
  return fmt::format(R"({{"host":{},"labels":{},"config_hash":"{:016x}","checks":[{}]}})",
                     json_text(config.credential.name), json_text(config.labels.view()),
                     config.config_hash, checks);
}

std::string to_table(const AgentConfig& config, const std::vector<Row>& rows) {
  std::string table = fmt::format("host {}", config.credential.name);
  if (!config.labels.empty()) table += fmt::format(", labels {}", config.labels.view());
  if (rows.empty()) return table + ", no checks";
  std::size_t name_width = std::string_view("CHECK").size();
  std::size_t value_width = std::string_view("VALUE").size();
  for (const Row& row : rows) {
    name_width = std::max(name_width, row.name.view().size());
    value_width = std::max(value_width, value_text(row.result.value, "-").size());
  }
  const auto add = [&](std::string_view name, std::string_view state, std::string_view value,
                       std::string_view message) {
    table += fmt::format("\n{:<{}}  {:<8}  {:>{}}  {}", name, name_width, state, value, value_width,
                         message);
  };
  add("CHECK", "STATE", "VALUE", "MESSAGE");
  for (const Row& row : rows) {
    add(row.name.view(), check_state_name(row.result.state), value_text(row.result.value, "-"),
        row.result.message.view());
  }
  return table;
}

/// Says on stderr where a plugin may do here what it may not do in the service.
void tell_rights() {
  std::array<char, 4096> buffer{};
  const auto more = rights_beyond_service(read_small_file("/proc/self/status", buffer));
  if (!more) return;
  std::fprintf(stderr,
               "flatline-agent: ran with %s; flatline-agent.service gives none of that, and what a "
               "plugin needs of it comes from flatline-agent-plugins.conf\n",
               more->c_str());
}

}  // namespace

std::string run_checks_once(AgentConfig config, bool as_json) {
  require_open_files(config.checks.size(), config.collectors.size());
  const bool has_plugins =
      std::any_of(config.checks.begin(), config.checks.end(),
                  [](const ConfiguredCheck& check) { return check.check->is_plugin(); });
  const std::vector<Row> rows = run_all(config);
  if (has_plugins) tell_rights();
  return as_json ? to_json(config, rows) : to_table(config, rows);
}

}  // namespace flatline
