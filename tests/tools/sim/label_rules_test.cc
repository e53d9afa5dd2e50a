#include "tools/sim/label_rules.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "tools/sim/limits.h"

namespace flatline::sim {
namespace {

std::string error_of(std::string_view text) {
  try {
    (void)parse_labels(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("labels are keys with values, and values may have shares or be ranges") {
  const auto rules = parse_labels(" role=web:60%, db:40% ; zone = eu-1a,eu-1b; rack=r[01-12],x");
  REQUIRE(rules.size() == 3);
  CHECK(rules[0].key == "role");
  REQUIRE(rules[0].values.size() == 2);
  CHECK(rules[0].values[0].text == "web");
  CHECK(rules[0].values[0].percent == 60);
  CHECK(rules[0].values[1].percent == 40);
  CHECK(rules[1].key == "zone");
  REQUIRE(rules[1].values.size() == 2);
  CHECK(rules[1].values[1].text == "eu-1b");
  CHECK(rules[1].values[1].percent == 50);
  REQUIRE(rules[2].values.size() == 13);
  CHECK(rules[2].values[0].text == "r01");
  CHECK(rules[2].values[11].text == "r12");
  CHECK(rules[2].values[12].text == "x");
  CHECK(rules[2].values[12].percent == doctest::Approx(100.0 / 13));
}

TEST_CASE("values without a share get what is left, and a range's share is its values' together") {
  const auto rules = parse_labels("role=web:50%,db,cache; rack=a[1-4]:20%,b");
  CHECK(rules[0].values[1].percent == 25);
  CHECK(rules[0].values[2].percent == 25);
  CHECK(rules[1].values[3].percent == 5);
  CHECK(rules[1].values[4].percent == 80);
}

TEST_CASE("a label lies in an earlier one") {
  const auto rules = parse_labels("zone=a,b; rack=r[1-4] in zone; row=x[1-8] in rack");
  CHECK(rules[0].within == LabelRule::kNowhere);
  CHECK(rules[1].within == 0);
  CHECK(rules[1].values.size() == 4);
  CHECK(rules[2].within == 1);
}

TEST_CASE("no text is no labels") {
  CHECK(parse_labels("").empty());
  CHECK(parse_labels("  ").empty());
}

TEST_CASE("a range is unfolded as wide as it is written") {
  CHECK(unfold_value("plain") == std::vector<std::string>{"plain"});
  CHECK(unfold_value("r[8-10]b") == std::vector<std::string>{"r8b", "r9b", "r10b"});
  CHECK(unfold_value("[08-09]") == std::vector<std::string>{"08", "09"});
  CHECK(unfold_value("r[4294967295-4294967295]").size() == 1);
  CHECK(unfold_value("r[0-65535]").size() == kSimulatedLabelValues);
  for (const std::string_view text : {"r[", "r[]", "r[1]", "r[1-]", "r[-1]", "r[2-1]", "r[1-2",
                                      "r[a-b]", "r[1]-2", "r[0-65536]", "r[0-4294967296]"}) {
    CAPTURE(text);
    CHECK(unfold_value(text).empty());
  }
}

TEST_CASE("errors name the label, the column and what is allowed") {
  struct Row {
    std::string_view text;
    std::string_view says;
  };
  constexpr std::array<Row, 20> kRows{
      {{"role=web;;zone=a", "label 2 '': is empty"},
       {"role", "label 1 'role': is no label; write a key and its values"},
       {"=web", "label 1 '=web': is no label"},
       {"ro le=web", "label 1 'ro le=web': is no label"},
       {"role=", "column 6: '' is no value"},
       {"role=web,,db", "column 10: '' is no value"},
       {"role=web,d b", "column 10: 'd b' is no value; write 1 or more of A-Za-z0-9._-"},
       {"role=web,db; role=x", "label 2 'role=x': 'role' stands twice"},
       {"role=web,db,web", "column 13: 'web' stands twice"},
       {"check=disk", "'check' is what a scenario names a check by"},
       {"role=web:60", "column 10: '60' is no share; write one from 0% to 100%"},
       {"role=web:101%", "is no share"},
       {"role=web:60%,db:50%", "its shares are 110% together"},
       {"role=web:60%,db:30%", "its shares are 90% together"},
       {"rack=r[1-x]", "column 6: 'r[1-x]' is no range; write r[1-40]"},
       {"rack=r[1-65537]", "of at most 65536 values"},
       {"rack=r[1-65536],x", "more than 65536 values"},
       {"rack=r1 in zone", "column 12: 'zone' is no label that stands before this one"},
       {"zone=a,b; rack=r1 in zone", "has 1 values for the 2 of zone"},
       {"zone=a,b; rack=r1:50%,r2 in zone", "column 8: a label in another has no shares"}}};
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const std::string error = error_of(row.text);
    CAPTURE(error);
    CHECK(error.starts_with("--labels: label "));
    CHECK(error.find(row.says) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("labels have room in the snapshot to the last byte, and are at most so many") {
  const std::string rest(kLabelsBytes - std::string_view("a=b,c=").size(), 'x');
  CHECK(parse_labels("a=b; c=" + rest).size() == 2);
  CHECK(error_of("a=b; c=" + rest + "x").find("up to 65 bytes long; 64 have room") !=
        std::string::npos);
  // The longest value counts, not the first.
  CHECK_FALSE(error_of("a=b; c=d," + rest + "x").empty());
  std::string text;
  for (std::size_t i = 0; i < kSimulatedLabels; ++i) text += "k" + std::to_string(i) + "=v;";
  CHECK(parse_labels(text).size() == kSimulatedLabels);
  CHECK(error_of(text + "k8=v").find("is one too many; a host has at most 8") != std::string::npos);
}

}  // namespace
}  // namespace flatline::sim
