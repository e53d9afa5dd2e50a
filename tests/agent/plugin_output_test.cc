#include "agent/checks/plugin_output.h"

#include <doctest/doctest.h>

#include <cmath>
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
      {{0, 0}, "\n \t\r\nlate | x=4\n", kOk, 4, "late"},
      {{0, 0}, "comma | x=-0,082s", kOk, kNoValue, "comma"},
      {{0, 0}, "comma | x=1,234", kOk, kNoValue, "comma"},
      {{0, 0}, "comma | x=1,5%;2", kOk, kNoValue, "comma"},
      {{0, 0}, "points | x=1.234.567", kOk, kNoValue, "points"},
      {{0, 0}, "hexadecimal | x=0x1F", kOk, kNoValue, "hexadecimal"},
      {{0, 0}, "two | x=1-2", kOk, kNoValue, "two"},
      {{0, 0}, "infinite | x=inf", kOk, kNoValue, "infinite"},
      {{0, 0}, "none | x=nan", kOk, kNoValue, "none"},
      {{0, 0}, "large | x=1e39", kOk, kNoValue, "large"},
      {{0, 0}, "power | x=1.5e3B", kOk, 1500, "power"},
      {{0, 0}, "unit | x=12.5KB;;;0", kOk, 12.5F, "unit"},
      {{0, 0}, "micro | x=7\xC2\xB5s y=1", kOk, 7, "micro"},
      {{0, 0}, "label | 'a=1 b''=2'=5", kOk, 5, "label"},
      {{0, 0}, "label | 'open=3", kOk, kNoValue, "label"},
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

TEST_CASE("a zero has no sign") {
  CHECK_FALSE(std::signbit(plugin_result({}, "zero | x=-0").value));
}

TEST_CASE("without output the last line of stderr is the message") {
  struct Row {
    const char* output;
    const char* errors;
    const char* message;
  };
  for (const Row& row : {Row{"", "Traceback:\n  line 1\nImportError: x\n\n", "ImportError: x"},
                         Row{"\n", "one", "one"}, Row{"| x=3", "one\ntwo", "two"},
                         Row{"said", "one\n", "said"}, Row{"", "\n \n", "no output"}}) {
    CAPTURE(row.errors);
    CHECK(plugin_result({}, row.output, row.errors).message.view() == row.message);
    const std::string_view words = row.message;
    CHECK(plugin_words(row.output, row.errors) == (words == "no output" ? "" : words));
  }
  CHECK(plugin_result({127, 0}, "", "sh: x: not found\n").message.view() ==
        "exit code 127: sh: x: not found");
}

TEST_CASE("a long line is cut at a character's boundary, and ends in a mark") {
  const std::string fits = std::string(kMessageBytes - 2, 'x') + "\xC3\xA9";
  CHECK(plugin_result({}, fits).message.view() == fits);
  CHECK(plugin_result({}, fits + "y").message.view() == std::string(kMessageBytes - 3, 'x') + "…");
  const std::string line = std::string(kMessageBytes - 4, 'x') + "\xC3\xA9" + "zzz";
  CHECK(plugin_result({}, line).message.view() == std::string(kMessageBytes - 4, 'x') + "…");
}

}  // namespace
}  // namespace flatline
