#include "schema/answers/names_answer.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "schema/limits.h"

namespace flatline {
namespace {

std::string encoded(const NamesAnswer& answer) {
  std::string text = encode_names_head(answer);
  for (const SlotName& host : answer.hosts) append_name(text, host.slot, host.name);
  return text;
}

NamesAnswer some() {
  return {3, 58, "6b0c72b30000000e", "65535", {{0, "web-1"}, {2, "web-2"}, {1'048'575, "a"}}};
}

TEST_CASE("names are a head, an empty line, and a line a host") {
  CHECK(encoded(some()) ==
        "flatline names 1\ntotal 3\ntick 58\ngeneration 6b0c72b30000000e\nnext 65535\n\n"
        "0 web-1\n2 web-2\n1048575 a\n");
  CHECK(encoded({0, 1, "0", "", {}}) == "flatline names 1\ntotal 0\ntick 1\ngeneration 0\n\n");
}

TEST_CASE("what is encoded decodes") {
  const auto read = decode_names(encoded(some()));
  REQUIRE(read.has_value());
  CHECK(read->total == 3);
  CHECK(read->tick == 58);
  CHECK(read->generation == "6b0c72b30000000e");
  CHECK(read->next == "65535");
  REQUIRE(read->hosts.size() == 3);
  CHECK(read->hosts[2].slot == 1'048'575);
  CHECK(read->hosts[1].name == "web-2");
  // What a later collector says besides is left out.
  CHECK(decode_names("flatline names 1\ntotal 1\nmore of it\n\n7 x\n")->hosts.size() == 1);
}

TEST_CASE("what is no such answer is refused") {
  constexpr std::array<const char*, 16> kBad = {"",
                                                "{}",
                                                "flatline names 1",
                                                "flatline names 1\n",
                                                "flatline names 2\ntotal 0\n\n",
                                                "flatline names 1\ntotal x\n\n",
                                                "flatline names 1\ntotal -1\n\n",
                                                "flatline names 1\ntotal\n\n",
                                                "flatline names 1\ntick 1.5\n\n",
                                                "flatline names 1\n\n0 a",
                                                "flatline names 1\n\n0\n",
                                                "flatline names 1\n\n0 a b\n",
                                                "flatline names 1\n\nx a\n",
                                                "flatline names 1\n\n1 a\n1 b\n",
                                                "flatline names 1\n\n1048576 a\n",
                                                "flatline names 1\n\n0 \x1b[2J\n"};
  for (const char* text : kBad) {
    CAPTURE(text);
    CHECK_FALSE(decode_names(text).has_value());
  }
}

}  // namespace
}  // namespace flatline
