// Lists of hosts: their columns, their order, and their forms.

#include "tools/cli/report/host_list.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tools/cli/report/host_columns.h"

namespace flatline::cli {
namespace {

HostRowAnswer host(std::string name, std::string state) {
  HostRowAnswer row;
  row.name = std::move(name);
  row.state = std::move(state);
  row.checks = 4;
  row.checks_failing = 0;
  return row;
}

HostPageAnswer some_hosts() {
  HostPageAnswer page;
  page.hosts = {host("web-10", "healthy"), host("web-9", "failing"), host("db-1", "silent")};
  for (std::uint32_t i = 0; i < 3; ++i) page.hosts[i].slot = 70 + i;
  page.hosts[0].labels = "role=web,zone=eu-1a";
  page.hosts[0].heard_seconds_ago = 0.25;
  page.hosts[1].labels = "role=web";
  page.hosts[1].heard_seconds_ago = 12.5;
  page.hosts[1].checks_failing = 1;
  page.hosts[1].drained = page.hosts[1].flapping = true;
  page.hosts[1].drain = {"2026-11-24T07:48:18.000Z", "=new kernel", "ada"};
  page.hosts[1].check = "disk";
  page.hosts[1].message = "97 % used, \"/\"";
  page.hosts[1].message_age_seconds = 2;
  page.hosts[2].labels = "role=db,zone=eu-1b";
  return page;
}

std::string table_of(HostPageAnswer page, std::string_view columns, const TableForm& form = {}) {
  return host_table(page.hosts, choose_columns(columns, page, false), form);
}

std::vector<std::string> sorted(std::string_view column, bool descending = false) {
  HostPageAnswer page = some_hosts();
  sort_by_column(page.hosts, choose_column("--sort", column, page, false), descending);
  std::vector<std::string> names;
  for (const HostRowAnswer& row : page.hosts) names.push_back(row.name);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("a table has the columns that are named, labels by their keys among them") {
  CHECK(table_of(some_hosts(), "name,role,zone,state") ==
        "NAME    ROLE  ZONE   STATE\n"
        "web-10  web   eu-1a  healthy\n"
        "web-9   web          failing, drained, flapping\n"
        "db-1    db    eu-1b  silent\n");
  CHECK(table_of(some_hosts(), "slot,checks_failing,heard") ==
        "SLOT  CHECKS_FAILING  HEARD\n"
        "  70               0  0.2s ago\n"
        "  71               1  12s ago\n"
        "  72               0  never\n");
}

TEST_CASE("what another column shows, a column does not show again") {
  CHECK(table_of(some_hosts(), "state,beside").find("\nfailing  drained flapping\n") !=
        std::string::npos);
  CHECK(table_of(some_hosts(), "name,message")
            .find("web-9   drained until 2026-11-24T07:48:18Z by ada: =new kernel; disk 2.0s ago: "
                  "97 % used") != std::string::npos);
  CHECK(table_of(some_hosts(), "name,check,message").find("\nweb-9   disk   2.0s ago: 97 % used") !=
        std::string::npos);
  CHECK(table_of(some_hosts(), "checks").find("\n1 of 4 fail\n") != std::string::npos);
  CHECK(table_of(some_hosts(), "checks,checks_failing").find("\n     4               1\n") !=
        std::string::npos);
}

TEST_CASE("a column that there is not is refused with those that there are, and the nearest") {
  const auto error = [](std::string_view columns) {
    return message_of<UsageError>([&] { choose_columns(columns, some_hosts(), false); });
  };
  CHECK(error("name,stat")
            .starts_with("--columns: there is no column 'stat'; there are: name, "
                         "slot, state, beside, labels, checks, checks_failing, "));
  CHECK(error("name,stat").ends_with(", and the labels role, zone; did you mean state?"));
  CHECK(error("rolle").ends_with("; did you mean role?"));
  CHECK(error("name,,state").find("there is no column ''") != std::string::npos);
  CHECK(error("").find("there is no column ''") != std::string::npos);
  CHECK(error("label:").find("there is no column 'label:'") != std::string::npos);
  CHECK(error("a\x1b[2J").find('\x1b') == std::string::npos);
  CHECK(message_of<UsageError>([] {
          choose_column("--sort", "x", some_hosts(), false);
        }).starts_with("--sort: there is no column 'x'"));
}

TEST_CASE("a label can be asked for by its prefix, and of no hosts any label can") {
  CHECK(table_of(some_hosts(), "label:state,label:zone") ==
        "STATE  ZONE\n       eu-1a\n\n       eu-1b\n");
  CHECK(choose_columns("rack", {}, false).size() == 1);
}

TEST_CASE("of the past there are the columns that are stored") {
  CHECK(choose_columns("name,slot,state,beside,check", {}, true).size() == 5);
  CHECK(message_of<UsageError>([] { choose_columns("name,heard", some_hosts(), true); }) ==
        "--columns: there is no column 'heard' of the past; there are: name, slot, state, beside, "
        "check");
  for (const ColumnSet set : {ColumnSet::kTable, ColumnSet::kWide, ColumnSet::kCsv}) {
    CHECK_FALSE(default_columns(set, true).empty());
    CHECK_FALSE(default_columns(set, false).empty());
  }
}

TEST_CASE("hosts are sorted by a column, and by name where that says nothing") {
  CHECK(sorted("name") == Names{"db-1", "web-9", "web-10"});
  CHECK(sorted("name", true) == Names{"web-10", "web-9", "db-1"});
  CHECK(sorted("role") == Names{"db-1", "web-9", "web-10"});
  CHECK(sorted("role", true) == Names{"web-9", "web-10", "db-1"});
  CHECK(sorted("slot", true) == Names{"db-1", "web-9", "web-10"});
  CHECK(sorted("state") == Names{"web-9", "db-1", "web-10"});
  CHECK(sorted("checks_failing", true) == Names{"web-9", "db-1", "web-10"});
}

TEST_CASE("what has no value stands last, in either direction") {
  CHECK(sorted("heard") == Names{"web-10", "web-9", "db-1"});
  CHECK(sorted("heard", true) == Names{"web-9", "web-10", "db-1"});
  CHECK(sorted("zone") == Names{"web-10", "db-1", "web-9"});
  CHECK(sorted("zone", true) == Names{"db-1", "web-10", "web-9"});
}

TEST_CASE("without a header there is none, nor words where nothing matches") {
  CHECK(table_of(some_hosts(), "name", {.has_header = false}) == "web-10\nweb-9\ndb-1\n");
  CHECK(host_table({}, choose_columns("name", {}, false), {.has_header = false}).empty());
  CHECK(host_table({}, choose_columns("name", {}, false), {}) == "No host matches.\n");
}

TEST_CASE("CSV has bare values, quoted where it must, and no formulas") {
  const HostPageAnswer page = some_hosts();
  CHECK(host_csv(page.hosts, default_columns(ColumnSet::kCsv, false), true) ==
        "name,slot,state,beside,labels,checks,checks_failing,heard,check,message,message_age,"
        "drained_from,drained_until,drained_by,drained_why\r\n"
        "web-10,70,healthy,,\"role=web,zone=eu-1a\",4,0,0.25,,,,,,,\r\n"
        "web-9,71,failing,drained flapping,role=web,4,1,12.5,disk,\"97 % used, \"\"/\"\"\",2,,"
        "2026-11-24T07:48:18.000Z,ada,'=new kernel\r\n"
        "db-1,72,silent,,\"role=db,zone=eu-1b\",4,0,,,,,,,,\r\n");
  CHECK(host_csv(page.hosts, choose_columns("role,name", page, false), false) ==
        "web,web-10\r\nweb,web-9\r\ndb,db-1\r\n");
  CHECK(host_csv({}, choose_columns("name", {}, false), true) == "name\r\n");
}

TEST_CASE("what came from the network cannot steer a terminal, nor break a line of CSV") {
  const std::string evil = "\x1b[2J\r\n\a\xff";
  HostPageAnswer page = some_hosts();
  HostRowAnswer& row = page.hosts[1];
  row.name = row.state = row.message = row.check = evil;
  row.labels = "role=" + evil;
  row.drain = {evil, evil, evil};
  for (const std::string& text :
       {host_table(page.hosts, default_columns(ColumnSet::kWide, false), {}),
        table_of(page, "role,drained_until,drained_by,drained_why,label:" + evil),
        host_csv(page.hosts, default_columns(ColumnSet::kCsv, false), true)}) {
    for (const char control : {'\x1b', '\a', '\xff'}) CHECK(text.find(control) == text.npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
  }
}

TEST_CASE("ten thousand hosts fit 80 columns, whatever columns are chosen") {
  HostPageAnswer page;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    HostRowAnswer row = some_hosts().hosts[i % 3];
    row.name = fmt::format("node-{:05}.example", i);
    row.slot = i;
    page.hosts.push_back(std::move(row));
  }
  constexpr std::array<std::string_view, 4> kColumns = {
      "name,slot,state,labels,checks,heard,check,message", "name,labels,labels,labels,labels",
      "labels,name,role,zone,drained_until,drained_by,drained_why,message_age",
      "name,state,checks,heard,message"};
  for (const std::string_view columns : kColumns) {
    const std::string text = table_of(page, columns, {.width = 80});
    std::size_t lines = 0;
    for (std::size_t begin = 0; begin < text.size(); ++lines) {
      const std::size_t end = text.find('\n', begin);
      if (end - begin > 80) CHECK_MESSAGE(end - begin <= 80, text.substr(begin, end - begin));
      begin = end + 1;
    }
    CHECK(lines > 10'000);
  }
}

}  // namespace
}  // namespace flatline::cli
