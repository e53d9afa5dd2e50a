#include "schema/answers/csv.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace flatline {
namespace {

/// The fields of a text, each line's in angle brackets; `!` where it is not of its form.
std::string read(std::string_view text) {
  CsvReader reader(text);
  std::string told = "<";
  while (!reader.is_over()) {
    const auto field = reader.next();
    if (!field) return told + "!";
    told += *field;
    told += reader.ended_line() ? "><" : "|";
  }
  return told;
}

TEST_CASE("fields are read as they were written, whatever they hold") {
  const std::vector<std::string> fields = {"",     "a",         ",",         "\"",        "\"\"",
                                           "a\nb", "\r\n",      " a",        "a ",        "a b",
                                           "é",    "say \"x\"", "a,\"b\",c", "\"quoted\""};
  std::string text;
  for (const std::string& field : fields) {
    append_csv_field(text, field);
    text += &field == &fields.back() ? "\r\n" : ",";
  }
  CsvReader reader(text);
  for (const std::string& field : fields) {
    CAPTURE(field);
    const auto got = reader.next();
    REQUIRE(got.has_value());
    CHECK(*got == field);
    CHECK(reader.ended_line() == (&field == &fields.back()));
  }
  CHECK(reader.is_over());
}

TEST_CASE("lines end in CR LF or LF, and a record may be empty fields") {
  CHECK(read("a,b\r\nc,\n") == "<a|b><c|><");
  CHECK(read("\"a\"\n\"b\"\r\n") == "<a><b><");
  CHECK(read("\n\r\n,\r\n") == "<><><|><");
  CHECK(read("") == "<");
}

TEST_CASE("what has no end, or goes on behind its quote, is no CSV") {
  CHECK(read("a") == "<!");
  CHECK(read("a,b") == "<a|!");
  CHECK(read("\"a") == "<!");
  CHECK(read("\"a\"") == "<!");
  CHECK(read("\"a\"b\n") == "<!");
  CHECK(read("\"a\"\rb\n") == "<!");
  CHECK(read("\"a\"\"\n") == "<!");
}

TEST_CASE("seconds are told to the millisecond, without zeros behind") {
  const auto told = [](double seconds) {
    std::string text;
    append_csv_seconds(text, seconds);
    return text;
  };
  CHECK(told(0) == "0");
  CHECK(told(0.001) == "0.001");
  CHECK(told(0.25) == "0.25");
  CHECK(told(1.5) == "1.5");
  CHECK(told(60) == "60");
  CHECK(told(12.34) == "12.34");
  CHECK(told(1.9996) == "2");
  CHECK(told(999'999'999'999.125) == "999999999999.125");
  CHECK(told(-1.5) == "-1.500");
  CHECK(told(1e300).size() > 300);
  CHECK(told(std::numeric_limits<double>::quiet_NaN()).find("nan") != std::string::npos);
}

}  // namespace
}  // namespace flatline
