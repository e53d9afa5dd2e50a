#include "schema/wire/text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace flatline {
namespace {

std::string utf8(char32_t code) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000) {
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
          byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

TEST_CASE("every code point is plain but controls and surrogates, at any place of a word") {
  for (char32_t code = 1; code <= 0x110000; code += code < 0x3000 ? 1 : 61) {
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0) ||
                         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    const bool plain = !control && !surrogate && code <= 0x10FFFF;
    CAPTURE(static_cast<unsigned>(code));
    CHECK(is_plain_utf8(utf8(code)) == plain);
    CHECK(is_plain_utf8("12345678" + utf8(code) + "1234567890") == plain);
  }
}

TEST_CASE("the boundaries of RFC 3629") {
  struct Row {
    const char* what;
    std::string_view text;
    bool plain;
  };
  const std::vector<Row> rows = {
      {"nothing", "", true},
      {"NUL", std::string_view("\0", 1), false},
      {"first printable", " ", true},
      {"last printable", "~", true},
      {"DEL", "\x7F", false},
      {"last C1 control", "\xC2\x9F", false},
      {"no-break space", "\xC2\xA0", true},
      {"a continuation alone", "\x80", false},
      {"a continuation alone, the last", "\xBF", false},
      {"overlong NUL", "\xC0\x80", false},
      {"overlong DEL", "\xC1\xBF", false},
      {"two bytes, cut", "\xC3", false},
      {"two bytes, no continuation", "\xC3x", false},
      {"last of two bytes", "\xDF\xBF", true},
      {"three bytes, overlong", "\xE0\x9F\xBF", false},
      {"first of three bytes", "\xE0\xA0\x80", true},
      {"three bytes, cut", "\xE2\x82", false},
      {"three bytes, third wrong", "\xE2\x82\x28", false},
      {"last before the surrogates", "\xED\x9F\xBF", true},
      {"first surrogate", "\xED\xA0\x80", false},
      {"last surrogate", "\xED\xBF\xBF", false},
      {"first after the surrogates", "\xEE\x80\x80", true},
      {"last of three bytes", "\xEF\xBF\xBF", true},
      {"four bytes, overlong", "\xF0\x8F\xBF\xBF", false},
      {"first of four bytes", "\xF0\x90\x80\x80", true},
      {"four bytes, cut", "\xF0\x9F\x98", false},
      {"four bytes, fourth wrong", "\xF0\x9F\x98\x41", false},
      {"last code point", "\xF4\x8F\xBF\xBF", true},
      {"beyond the last", "\xF4\x90\x80\x80", false},
      {"five bytes", "\xF8\x88\x80\x80\x80", false},
      {"FE", "\xFE", false},
      {"FF", "\xFF", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(is_plain_utf8(row.text) == row.plain);
    // Does the same in the middle of a text that is read eight bytes at a time.
    for (std::size_t before = 0; before < 8; ++before) {
      const std::string inside = std::string(before, 'a') + std::string(row.text) + "bcdefghijk";
      CHECK(is_plain_utf8(inside) == row.plain);
    }
  }
}

TEST_CASE("any byte among eight is judged as it is alone") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 8; ++place) {
      std::string eight(8, '0');
      eight[place] = static_cast<char>(byte);
      CAPTURE(byte);
      CAPTURE(place);
      CHECK(is_plain_utf8(eight) == (byte >= 0x20 && byte < 0x7F));
    }
  }
}

TEST_CASE("a prefix never cuts a character") {
  const std::string_view text = "aä€𝄞z";  // 1, 2, 3, 4 and 1 bytes.
  const std::size_t fitting[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (std::size_t max = 0; max < std::size(fitting); ++max) {
    CAPTURE(max);
    CHECK(utf8_prefix(text, max) == text.substr(0, fitting[max]));
  }
}

TEST_CASE("a prefix of bytes that are no text ends, whatever they are") {
  const std::string continuations(20, '\x80');
  CHECK(utf8_prefix(continuations, 10).empty());
  CHECK(utf8_prefix("", 0).empty());
}

TEST_CASE("text is made plain") {
  struct Row {
    std::string_view text;
    std::string_view plain;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"OK - load 0.1", "OK - load 0.1"},
      {"two\nlines", "two lines"},
      {"\r\n tabs\t\tand\x0B\x0Cmore \n", "tabs and more"},
      {"\x1B[31mred\x1B[0m", "[31mred [0m"},
      {"nul\0inside", "nul"},
      {std::string_view("nul\0inside", 10), "nul inside"},
      {"a\x7F"
       "b",
       "a b"},
      {"c1\xC2\x9B"
       "31m",
       "c1 31m"},
      {"\u202Eabc\u2066\u2069d", "abc d"},
      {"\u2029|\u202F|\u2065|\u206A", "\u2029|\u202F|\u2065|\u206A"},
      {"bad\xFF", "bad\uFFFD"},
      {"cut \xE2\x82", "cut \uFFFD\uFFFD"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},
      {"ä € 𝄞", "ä € 𝄞"},
      {" \n\t ", ""},
      {"\n\xFF\n", "\uFFFD"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.plain);
    const std::string plain = to_plain_utf8(row.text);
    CHECK(plain == row.plain);
    CHECK(is_plain_utf8(plain));
    CHECK(to_plain_utf8(plain) == plain);
  }
}

TEST_CASE("any two bytes are made plain") {
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    const std::string text = {static_cast<char>(pair >> 8), static_cast<char>(pair), 'x'};
    CAPTURE(pair);
    REQUIRE(is_plain_utf8(to_plain_utf8(text)));
  }
}

TEST_CASE("text of fixed size takes what fits and pads with zeros") {
  using Text = FixedText<4>;
  CHECK(Text{}.empty());
  CHECK(Text{}.view().empty());
  CHECK(Text{"abcd"}.view() == "abcd");
  CHECK(Text{"abcde"}.view() == "abcd");
  CHECK(Text{"abc€"}.view() == "abc");
  CHECK(Text{"ab"}.bytes == std::array<char, 4>{'a', 'b', '\0', '\0'});
  CHECK(Text{"ab"} == Text{"ab"});
}

}  // namespace
}  // namespace flatline
