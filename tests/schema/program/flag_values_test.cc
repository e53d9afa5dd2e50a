#include "schema/program/flag_values.h"

#include <doctest/doctest.h>

#include <chrono>

#include "schema/program/error.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("numbers of flags: every boundary, and what is none") {
  CHECK(read_flag_number("--n", "3", 3, 9) == 3);
  CHECK(read_flag_number("--n", "9", 3, 9) == 9);
  CHECK(read_flag_number("--n", "18446744073709551615", 0, ~std::uint64_t{0}) == ~std::uint64_t{0});
  for (const char* text :
       {"2", "10", "", "-3", "+3", "3.0", "3,", "0x3", "3s", "18446744073709551616"}) {
    CAPTURE(text);
    CHECK(message_of<UsageError>([&] { read_flag_number("--n", text, 3, 9); }) ==
          "--n: '" + std::string(text) + "' is not allowed; give a whole number from 3 to 9");
  }
}

TEST_CASE("durations of flags have a unit and bounds") {
  CHECK(read_flag_duration("--d", "100ms", 100ms, 1h) == 100ms);
  CHECK(read_flag_duration("--d", "1h", 100ms, 1h) == 1h);
  for (const char* text : {"99ms", "1h1ms", "5", "", "5 s"}) {
    CAPTURE(text);
    CHECK(message_of<UsageError>([&] { read_flag_duration("--d", text, 100ms, 1h); }) ==
          "--d: '" + std::string(text) +
              "' is not allowed; give a duration with its unit from 100ms to 1h, as 500ms, 1s or "
              "1m30s");
  }
}

TEST_CASE("endpoints of flags: port 0 only where a server may pick one") {
  CHECK(read_flag_endpoint("--to", "127.0.0.1:4170") == Endpoint{"127.0.0.1", 4170});
  CHECK(read_flag_endpoint("--to", "127.0.0.1:0", true) == Endpoint{"127.0.0.1", 0});
  for (const char* text : {"127.0.0.1:0", "127.0.0.1", "127.0.0.1:65536", ""}) {
    CAPTURE(text);
    CHECK(message_of<UsageError>([&] {
            read_flag_endpoint("--to", text);
          }).starts_with("--to: '" + std::string(text) + "' is not allowed; give ADDR:PORT"));
  }
}

TEST_CASE("what was typed is shown as text that no terminal obeys") {
  CHECK(message_of<UsageError>([] { refuse_flag("--x", "a\x1b[31mb", "c"); }).find('\x1b') ==
        std::string::npos);
}

}  // namespace
}  // namespace flatline
