// Tests which word is taken for the one that was meant.

#include "tools/cli/report/hints.h"

#include <doctest/doctest.h>

namespace flatline::cli {

TEST_CASE("the nearest word: case first, then a slip or two, and none that is far") {
  const std::vector<std::string> words = {"status",  "show", "ls",    "drain",
                                          "undrain", "db-1", "db-12", "Web-1"};
  const std::pair<const char*, const char*> rows[] = {
      {"statsu", "status"}, {"stauts", "status"},   {"stat", ""},     {"STATUS", "status"},
      {"darin", "drain"},   {"undrian", "undrain"}, {"DB-1", "db-1"}, {"db1", "db-1"},
      {"web-1", "Web-1"},   {"sl", "ls"},           {"xy", ""},       {"db-123", ""},
      {"db-2", ""},         {"status", ""},         {"", ""},         {"frobnicate", ""}};
  for (const auto& [typed, meant] : rows) {
    CAPTURE(typed);
    CHECK(nearest(typed, words) == meant);
  }
  CHECK(did_you_mean("statsu", words) == "; did you mean status?");
  CHECK(did_you_mean("frobnicate", words).empty());
  CHECK(nearest("a", {}).empty());
}

TEST_CASE("twins differ in case alone") {
  const CaseTwins twins({"db-1", "Web-1", "web-2"});
  CHECK(twins.of("DB-1") == "db-1");
  CHECK(twins.of("web-1") == "Web-1");
  CHECK(twins.of("db-1").empty());
  CHECK(twins.of("db-2").empty());
}

}  // namespace flatline::cli
