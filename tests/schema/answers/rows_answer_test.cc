#include "schema/answers/rows_answer.h"

#include <doctest/doctest.h>

#include <string>

#include "schema/answers/view_json.h"
#include "schema/limits.h"

namespace flatline {
namespace {

HostRowAnswer plain() {
  HostRowAnswer row;
  row.name = "web-1";
  row.slot = 3;
  row.state = "healthy";
  row.checks = 4;
  row.checks_failing = 0;
  return row;
}

HostRowAnswer full() {
  HostRowAnswer row;
  row.name = "db-1";
  row.slot = 1'048'575;
  row.state = "failing";
  row.warning = row.drained = row.flapping = row.conflict = row.late = true;
  row.heard_seconds_ago = 0.512;
  row.labels = "role=db,zone=eu-1a";
  row.checks = 32;
  row.checks_failing = 2;
  row.check = "disk \"/\"";
  row.message = "is, \"full\"";
  row.message_age_seconds = 61;
  row.drain = DrainAnswer{"2026-11-30T05:00:00.000Z", "new disks, at last", "ada",
                          "2026-11-30T04:00:00.000Z"};
  return row;
}

std::string page(const std::vector<HostRowAnswer>& rows,
                 const RowColumns& columns = all_row_columns()) {
  std::string text;
  append_row_names(text, columns);
  for (const HostRowAnswer& row : rows) append_row(text, row, columns);
  return text;
}

const std::string kNames =
    "name,slot,state,beside,labels,checks,checks_failing,heard,check,message,message_age,"
    "drained_from,drained_until,drained_by,drained_why\r\n";

TEST_CASE("a page is the names of its columns and a record a host") {
  CHECK(page({}) == kNames);
  CHECK(page({plain(), full()}) ==
        kNames +
            "web-1,3,healthy,,,4,0,,,,,,,,\r\n"
            "db-1,1048575,failing,warning drained flapping conflict late,\"role=db,zone=eu-1a\","
            "32,2,0.512,\"disk \"\"/\"\"\",\"is, \"\"full\"\"\",61,2026-11-30T04:00:00.000Z,"
            "2026-11-30T05:00:00.000Z,ada,\"new disks, at last\"\r\n");
}

TEST_CASE("columns are chosen by their names, each once") {
  CHECK(page({full()}, *read_row_columns("state,name")) == "state,name\r\nfailing,db-1\r\n");
  CHECK(page({plain()}, *read_row_columns("message")) == "message\r\n\"\"\r\n");
  for (const char* list : {"", "name,", ",name", "nam", "name,name", "name, state", "role"}) {
    CAPTURE(list);
    CHECK_FALSE(read_row_columns(list).has_value());
  }
}

TEST_CASE("what is encoded decodes, to the last field") {
  HostPageAnswer told;
  told.hosts = {plain(), full()};
  HostPageAnswer read;
  REQUIRE(decode_rows(page(told.hosts), read.hosts));
  CHECK(to_json(read) == to_json(told));
  // A page's rows come behind those of the pages before.
  HostRowAnswer last = plain();
  last.slot = 7;
  REQUIRE(decode_rows(page({last}), read.hosts));
  CHECK(read.hosts.size() == 3);
}

TEST_CASE("a reader goes by the names of the columns, and leaves out what it does not know") {
  std::vector<HostRowAnswer> rows;
  REQUIRE(decode_rows("mood,slot,name,beside\nsad,5,a,warning odd late\n", rows));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].slot == 5);
  CHECK(rows[0].name == "a");
  CHECK(rows[0].warning);
  CHECK(rows[0].late);
  CHECK_FALSE(rows[0].checks.has_value());
}

TEST_CASE("what is no such page is refused") {
  for (const char* text : {"",
                           "{}",
                           "hi\n",
                           "name\na\n",
                           "slot\n1\n",
                           "name,slot,name\na,1,a\n",
                           "name,slot",
                           "name,slot\na\n",
                           "name,slot\na,1,2\n",
                           "name,slot\na,1",
                           "name,slot\na,x\n",
                           "name,slot\na,-1\n",
                           "name,slot\na,1048576\n",
                           "name,slot\na,1\nb,1\n",
                           "name,slot\n,1\n",
                           "name,slot\n\x1b[2J,1\n",
                           "name,slot\n\"a,1\n",
                           "name,slot,checks\na,1,x\n",
                           "name,slot,heard\na,1,nan\n",
                           "name,slot,heard\na,1,1s\n"}) {
    CAPTURE(text);
    std::vector<HostRowAnswer> rows;
    CHECK_FALSE(decode_rows(text, rows));
  }
}

TEST_CASE("the longest row has room in what a page leaves for it") {
  HostRowAnswer row = full();
  row.name = std::string(kNameBytes, 'a');
  row.labels = std::string(kLabelsBytes - 4, 'a') + ",b=c";
  row.check = std::string(kCheckNameBytes, '"');
  row.message = std::string(kMessageBytes, '"');
  row.drain->by = std::string(kByBytes, '"');
  row.drain->why = std::string(kWhyBytes, '"');
  row.heard_seconds_ago = row.message_age_seconds = 285'000 * 31'557'600.125;
  std::string text;
  append_row(text, row, all_row_columns());
  CHECK(text.size() > 2 * (kCheckNameBytes + kMessageBytes + kByBytes + kWhyBytes));
  CHECK(text.size() <= kRowBytes);
}

TEST_CASE("text that no terminal may see is made plain") {
  HostRowAnswer row = plain();
  row.message = "a\x1b[2Jb\r\nc\xFF";
  CHECK(page({row}, *read_row_columns("message")) == "message\r\na [2Jb c\xEF\xBF\xBD\r\n");
}

TEST_CASE("headers say what a page is of, and whether another one follows") {
  const RowsHead head{3, 58, "6b0c72b30000000e", "65535"};
  std::map<std::string, std::string> sent;
  for (const auto& [name, value] : rows_headers(head)) {
    std::string small = name;
    for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    sent[small] = value;
  }
  const auto read = rows_head(sent);
  REQUIRE(read.has_value());
  CHECK(read->total == 3);
  CHECK(read->tick == 58);
  CHECK(read->generation == head.generation);
  CHECK(read->next == head.next);
  CHECK(rows_headers({3, 58, "0", ""}).size() == 3);
  sent["flatline-total"] = "1048577";
  CHECK_FALSE(rows_head(sent).has_value());
  sent["flatline-total"] = "";
  CHECK_FALSE(rows_head(sent).has_value());
  CHECK_FALSE(rows_head({}).has_value());
}

}  // namespace
}  // namespace flatline
