#include "tools/cli/report/csv.h"

#include <doctest/doctest.h>

#include <string>

namespace flatline::cli {
namespace {

TEST_CASE("fields are quoted where RFC 4180 asks for it, and records end in CRLF") {
  CHECK(csv_record({"a", "b"}) == "a,b\r\n");
  CHECK(csv_record({"a,b", "say \"no\"", "two\nlines"}) ==
        "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
  CHECK(csv_record({" a", "a ", "a b"}) == "\" a\",\"a \",a b\r\n");
  CHECK(csv_record({"", ""}) == ",\r\n");
  CHECK(csv_record({""}) == "\"\"\r\n");
  CHECK(csv_record({"\""}) == "\"\"\"\"\r\n");
}

TEST_CASE("no text from a host is a formula, and none has control characters") {
  CHECK(csv_text("=HYPERLINK(\"http://x\")") == "'=HYPERLINK(\"http://x\")");
  CHECK(csv_text("+1") == "'+1");
  CHECK(csv_text("-1") == "'-1");
  CHECK(csv_text("@SUM(A1)") == "'@SUM(A1)");
  // What a spreadsheet strips before it looks is stripped here, before it is looked at.
  CHECK(csv_text("\t=1") == "'=1");
  CHECK(csv_text("\r\n=1") == "'=1");
  CHECK(csv_text(" =1") == "'=1");
  CHECK(csv_text("5 = 5") == "5 = 5");
  CHECK(csv_text("a\x1b[2Jb\r\nc") == "a [2Jb c");
  CHECK(csv_text("").empty());
}

}  // namespace
}  // namespace flatline::cli
