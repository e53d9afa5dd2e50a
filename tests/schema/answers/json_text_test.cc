// Every character survives JSON, escaped or as it is, and nothing that is not JSON is taken for it.

#include "schema/answers/json_text.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "schema/wire/text.h"

using namespace flatline;

namespace {

constexpr std::uint32_t kCodePoints = 0x110000;

bool is_surrogate(std::uint32_t point) {
  return point >= 0xD800 && point <= 0xDFFF;
}

/// The code point by the table of RFC 3629, section 3.
std::string utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto rest = [&](unsigned shift) { return byte(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), rest(0)};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), rest(6), rest(0)};
  return {byte(0xF0 | point >> 18), rest(12), rest(6), rest(0)};
}

/// The escapes that Python and Go write.
std::string escaped(std::uint32_t point, bool capitals) {
  const auto unit = [&](std::uint32_t value) {
    return capitals ? fmt::format("\\u{:04X}", value) : fmt::format("\\u{:04x}", value);
  };
  if (point < 0x10000) return unit(point);
  const std::uint32_t beyond = point - 0x10000;
  return unit(0xD800 + (beyond >> 10)) + unit(0xDC00 + (beyond & 0x3FF));
}

/// What is read as `why` of such a body, or the error.
std::string why_of(const std::string& quoted) {
  const auto read = action_body_from_json(R"({"why":")" + quoted + R"("})");
  if (const auto* error = std::get_if<ActionBodyError>(&read)) return error->message;
  return std::get<ActionBody>(read).why;
}

}  // namespace

TEST_CASE("every code point is read from its escape, in small and in capital digits") {
  for (const bool capitals : {false, true}) {
    std::string quoted;
    std::string expected;
    // A few hundred to a text, so that this takes no time.
    for (std::uint32_t point = 0; point < kCodePoints; ++point) {
      if (!is_surrogate(point)) {
        quoted += escaped(point, capitals);
        expected += utf8(point);
      }
      if (point % 256 != 255 || quoted.empty()) continue;
      if (why_of(quoted) != expected) FAIL_CHECK("up to U+", fmt::format("{:04X}", point));
      quoted.clear();
      expected.clear();
    }
  }
}

TEST_CASE("every code point survives the way through an answer and back") {
  // A few hundred to a text, so that this takes no time.
  std::string text;
  for (std::uint32_t point = 1; point < kCodePoints; ++point) {
    if (!is_surrogate(point)) text += utf8(point);
    if (point % 512 != 511) continue;
    const auto back = problem_from_json(to_json(ProblemAnswer{text}));
    REQUIRE(back);
    if (back->error != text) FAIL_CHECK("up to U+", fmt::format("{:04X}", point));
    text.clear();
  }
}

TEST_CASE("halves of pairs, strange escapes, control characters and bad UTF-8 are refused") {
  struct Row {
    std::string quoted;
    std::string says;
  };
  const std::vector<Row> rows = {{R"(\ud83d)", "\\ud83d, half of a surrogate pair"},
                                 {R"(\ud83dx)", "\\ud83d, half of a surrogate pair"},
                                 {R"(\ud83d\n)", "half of a surrogate pair"},
                                 {R"(\ud83d\u0041)", "half of a surrogate pair"},
                                 {R"(\ud83d\ud83d)", "half of a surrogate pair"},
                                 {R"(\ude00)", "\\ude00, half of a surrogate pair"},
                                 {R"(\ude00\ud83d)", "half of a surrogate pair"},
                                 {R"(\u12)", "without four hexadecimal digits"},
                                 {R"(\u12g4)", "without four hexadecimal digits"},
                                 {R"(\u)", "without four hexadecimal digits"},
                                 {R"(\U0041)", "an escape that JSON does not have"},
                                 {R"(\x41)", "an escape that JSON does not have"},
                                 {R"(\')", "an escape that JSON does not have"},
                                 {"a\nb", "control character U+000A"},
                                 {std::string("a\0b", 3), "control character U+0000"},
                                 {"a\x1b[31m", "control character U+001B"},
                                 {"\xFF", "a byte that is not UTF-8"},
                                 {"\xC3", "a byte that is not UTF-8"},
                                 {"\xC0\x80", "a byte that is not UTF-8"},
                                 {"\xED\xA0\x80", "a byte that is not UTF-8"},
                                 {"\xF4\x90\x80\x80", "a byte that is not UTF-8"}};
  for (const Row& row : rows) {
    CAPTURE(row.quoted);
    const std::string said = why_of(row.quoted);
    CHECK_MESSAGE(said.find(row.says) != std::string::npos, said);
    CHECK(said.find("not JSON") != std::string::npos);
  }
  // A NUL behind the object would end the codec's reading, and what follows would pass unread.
  const std::string behind("{\"why\":\"x\"}\0 garbage", 20);
  CHECK(std::holds_alternative<ActionBodyError>(action_body_from_json(behind)));
}

TEST_CASE("escapes of the characters that JSON itself needs keep their meaning") {
  CHECK(why_of(R"(a\u0022,\u0022by\u0022:\u0022b)") == R"(a","by":"b)");
  CHECK(why_of(R"(\u005cn)") == R"(\n)");
  CHECK(why_of(R"(\\u0041)") == R"(\u0041)");
  CHECK(why_of(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
  CHECK(why_of(R"(\ud83d\ude00)") == "\xF0\x9F\x98\x80");
  // A field's name is text like any other.
  const auto read = action_body_from_json(R"({"\u0077h\u0079":"x"})");
  REQUIRE(std::holds_alternative<ActionBody>(read));
  CHECK(std::get<ActionBody>(read).why == "x");
}

TEST_CASE("whatever bytes an error repeats, its JSON is well-formed") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string raw = {'a', static_cast<char>(byte), 'z'};
    const std::string json = to_json(ProblemAnswer{raw});
    const auto back = problem_from_json(json);
    REQUIRE(back);
    CHECK(back->error == (byte < 0x80 ? raw : "a\xEF\xBF\xBDz"));
    CHECK(to_readable_json(json).error.empty());
  }
}
