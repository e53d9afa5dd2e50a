#pragma once

// Makes real checks from the text of a [[check]] table and runs them by the real runner.

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/check_runner.h"
#include "agent/checks/kinds.h"
#include "agent/loop/owned_loop.h"
#include "schema/program/clock.h"
#include "schema/program/settings.h"

namespace flatline {

inline ConfiguredCheck make_check(const std::string& kind, const std::string& keys,
                                  Milliseconds timeout = std::chrono::seconds{50},
                                  Milliseconds period = std::chrono::minutes{1}) {
  SettingsTable table = parse_settings(keys, "test.toml");
  CheckParameters parameters(table, "/");
  MakeCheck* const make = find_kind(kind);
  REQUIRE(static_cast<bool>(make));
  ConfiguredCheck configured;
  configured.plan.name = CheckName{kind};
  configured.plan.period = period;
  configured.timeout = timeout;
  configured.check = make(parameters);
  table.finish();
  return configured;
}

/// Runs a check until it has `count` results, by its runs or by its timeout.
inline std::vector<CheckResult> run_check(ConfiguredCheck check, std::size_t count) {
  std::vector<CheckResult> results;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(std::move(check));
  OwnedLoop loop;
  const CheckRunner runner(loop.get(), std::move(checks), Duration::zero(), monotonic_now(),
                           [&](std::size_t, const CheckResult& result, Instant) {
                             results.push_back(result);
                             if (results.size() == count) loop.stop();
                           });
  loop.run();
  return results;
}

inline CheckResult run_check(const std::string& kind, const std::string& keys,
                             Milliseconds timeout = std::chrono::seconds{50}) {
  return run_check(make_check(kind, keys, timeout), 1).front();
}

}  // namespace flatline
