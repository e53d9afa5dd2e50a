#include "agent/checks/plugin_output.h"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

namespace flatline {
namespace {

TEST_CASE("a plugin's exit and output make a result") {
  struct Row {
    PluginEnd end;
    const char* output;
    CheckState state;
    float value;
    const char* message;
  };
  using enum CheckState;
  const Row rows[] = {
      {{0, 0}, "OK - fine\n", kOk, kNoValue, "OK - fine"},
      {{1, 0}, "half", kWarning, kNoValue, "half"},
      {{2, 0}, "bad | a=1.5s;2;3;0;10 b=7\nmore | c=9\n", kCritical, 1.5F, "bad"},
      {{3, 0}, "?|'a b'=-2%", kUnknown, -2, "?"},
      {{0, 0}, "first\nsecond | x=1\n", kOk, kNoValue, "first"},
      {{0, 0}, "undetermined | x=U;1;2", kOk, kNoValue, "undetermined"},
      {{0, 0}, "none | x", kOk, kNoValue, "none"},
      {{0, 0}, "empty | x=", kOk, kNoValue, "empty"},
      {{0, 0}, "", kOk, kNoValue, "no output"},
      {{0, 0}, "\n\n", kOk, kNoValue, "no output"},
      {{2, 0}, "| x=3", kCritical, 3, "no output"},
      {{4, 0}, "odd", kUnknown, kNoValue, "exit code 4: odd"},
      {{127, 0}, "", kUnknown, kNoValue, "exit code 127: no output"},
      {{-1, 0}, "odd", kUnknown, kNoValue, "exit code -1: odd"},
      {{0, SIGSEGV}, "half", kUnknown, kNoValue, "ended by SIGSEGV: half"},
      {{0, 0}, "\x1B[31mred\x07\tbell\n", kOk, kNoValue, "[31mred bell"},
      {{0, 0}, "caf\xE9", kOk, kNoValue, "caf\xEF\xBF\xBD"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.output);
    const CheckResult result = plugin_result(row.end, row.output);
    CHECK(result.state == row.state);
    CHECK(has_value(result.value) == has_value(row.value));
    if (has_value(row.value)) CHECK(result.value == row.value);
    CHECK(result.message.view() == row.message);
  }
}

TEST_CASE("a long line is cut at a character's boundary") {
  const std::string line = std::string(kMessageBytes - 1, 'x') + "\xC3\xA9";
  CHECK(plugin_result({}, line).message.view() == std::string(kMessageBytes - 1, 'x'));
}

}  // namespace
}  // namespace flatline
