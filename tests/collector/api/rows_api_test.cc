// Tests pages of rows: they tell what pages of hosts tell, have bounds in hosts and bytes, and
// where they are large wait for the filter pool.

#include <doctest/doctest.h>

#include "collector/api/host_pages.h"
#include "collector/view/slot_bytes.h"
#include "tests/collector/api/operated.h"

namespace flatline {
namespace {

using namespace test;

/// web-1, which is drained, and hosts that are as different as hosts can be.
struct Various : Operated {
  Various() {
    for (unsigned i = 0; i < 9; ++i) hosts.emplace_back(fmt::format("db-{}", i));
    for (unsigned i = 0; i < 9; ++i) {
      Snapshot& said = hosts[i].snapshot;
      said.labels = Labels(i % 2 == 0 ? "role=db,zone=eu-1a" : "");
      said.states[0] = i == 1 ? CheckState::kPending : CheckState::kOk;
      said.states[1] = i == 2 ? CheckState::kCritical : CheckState::kOk;
      said.states[2] = i < 4 ? CheckState::kWarning : CheckState::kOk;
      said.page = {1, said.states[1], 250, CheckName("disk \"/\""), Message("is, \"full\"")};
    }
    fleet.now += 1s;
    for (Host& host : hosts) REQUIRE(fleet.hear(host) == Outcome::kAccepted);
    CHECK(change("POST", "/api/v1/hosts/web-1/drain",
                 R"({"for":"1h","why":"new disks, \"at last\"","by":"ada"})")
              .status == 200);
    fleet.now += 1s;
    fleet.hear(hosts[3]);
    board.publish(fleet.tick());
  }
  ApiResponse get(const std::string& path, std::map<std::string, std::string> query = {}) {
    ApiRequest asked = request("GET", path);
    asked.query = std::move(query);
    return ask(asked);
  }
  std::vector<Host> hosts;
};

std::map<std::string, std::string> headers_of(const ApiResponse& page) {
  std::map<std::string, std::string> headers;
  for (auto [name, value] : page.page_headers) {
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    headers[name] = value;
  }
  return headers;
}

/// A page of rows as the page of hosts that it stands for.
HostPageAnswer read(const ApiResponse& page) {
  CAPTURE(page.body);
  REQUIRE(page.status == 200);
  const auto head = rows_head(headers_of(page));
  REQUIRE(head.has_value());
  HostPageAnswer answer;
  answer.total = head->total;
  answer.tick = head->tick;
  answer.generation = head->generation;
  answer.next = head->next;
  REQUIRE(decode_rows(page.body, answer.hosts));
  return answer;
}

TEST_CASE("rows tell of every host what pages of hosts tell") {
  Various fleet;
  for (const char* filter : {"", "failing", "drained", "role=db & warning", "name=nobody"}) {
    CAPTURE(filter);
    const ApiResponse rows = fleet.get("/api/v1/rows", {{"filter", filter}});
    CHECK(rows.type == "text/csv; charset=utf-8; header=present");
    CHECK(to_json(read(rows)) == fleet.get("/api/v1/hosts", {{"filter", filter}}).body);
  }
  const HostPageAnswer all = read(fleet.get("/api/v1/rows"));
  REQUIRE(all.hosts.size() == 10);
  REQUIRE(all.hosts[0].drain.has_value());
  CHECK(all.hosts[0].drain->why == "new disks, \"at last\"");
}

TEST_CASE("pages of rows say where to go on, by the same cursor as pages of hosts") {
  Various fleet;
  std::map<std::string, std::string> query = {{"limit", "4"}};
  for (int i = 0; i < 3; ++i) {
    const ApiResponse rows = fleet.get("/api/v1/rows", query);
    CHECK(to_json(read(rows)) == fleet.get("/api/v1/hosts", query).body);
    CHECK(read(rows).next.empty() == (i == 2));
    query["after"] = read(rows).next;
  }
}

TEST_CASE("rows have the columns that are asked for") {
  Various fleet;
  CHECK(fleet.get("/api/v1/rows", {{"columns", "state,name"}, {"filter", "failing"}}).body ==
        "state,name\r\nfailing,db-2\r\n");
  CHECK(error_of(fleet.get("/api/v1/rows", {{"columns", "state,nam"}}))
            .starts_with("columns: must be some of name, slot, state, beside"));
  CHECK(error_of(fleet.get("/api/v1/rows", {{"limit", "65537"}})) == "limit: must be 1 to 65536");
  CHECK(error_of(fleet.get("/api/v1/rows", {{"after", "x"}})).starts_with("after: must be"));
  CHECK(fleet.get("/api/v1/rows", {{"filter", "failng"}}).status == 400);
}

/// A fleet of so many hosts that no page has all of them, each with the longest message.
struct Large {
  Large() {
    driver.host_table.write_check_name(1, CheckName(std::string(kCheckNameBytes, '"')));
    HostRecord record;
    record.registered = true;
    record.states[0] = CheckState::kCritical;
    record.check_names[0] = 1;
    record.message_count = 1;
    KeptMessage message;
    message.state = CheckState::kCritical;
    message.message = Message(std::string(kMessageBytes, '"'));
    for (std::uint32_t slot = 0; slot < driver.options.capacity; ++slot) {
      record.name = HostName(fmt::format("{:064}", slot));
      driver.host_table.write(slot, record, 0, message);
    }
    view.head.capacity = driver.options.capacity;
    for (std::uint64_t& word : view.planes[0]) word = ~std::uint64_t{0};
    board.publish(view);
  }
  static FleetOptions options() {
    FleetOptions options = FleetDriver::default_options();
    options.capacity = 16'384;
    options.messages_per_host = 1;
    return options;
  }

  FleetDriver driver{options()};
  View view{driver.options.capacity};
  ViewBoard board{driver.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, driver.now};
  ApiSources sources{board, driver.host_table, {}, {}, 4, {}, {}, {}, gate, {}, {}, {}};
  ApiHandler handler{sources, {"127.0.0.1", 4171}, ""};
};

TEST_CASE("a page ends before its bytes do, and the next one goes on behind it") {
  const Large fleet;
  std::vector<HostRowAnswer> rows;
  PageRequest wanted{kRowsPerPage, 0};
  for (int pages = 1;; ++pages) {
    const ApiResponse page = page_of_rows(fleet.sources, wanted, all_row_columns(), Instant{},
                                          fleet.view, fleet.view.planes[0]);
    CHECK(page.body.size() <= kRowsPageBytes);
    REQUIRE(decode_rows(page.body, rows));
    const std::string next = rows_head(headers_of(page))->next;
    if (next.empty()) {
      CHECK(pages == 2);
      break;
    }
    CHECK(page.body.size() > kRowsPageBytes - kRowBytes);
    CHECK(next == std::to_string(rows.back().slot));
    wanted.start = rows.back().slot + 1;
  }
  REQUIRE(rows.size() == fleet.driver.options.capacity);
  for (std::uint32_t slot = 0; slot < rows.size(); ++slot) REQUIRE(rows[slot].slot == slot);
}

TEST_CASE("rows of many hosts wait for the filter pool and cost more; those of few come at once") {
  const Large fleet;
  const auto outcome = [&](const char* limit, const char* filter) {
    const ApiRequest asked{.method = "GET",
                           .path = "/api/v1/rows",
                           .query = {{"limit", limit}, {"filter", filter}},
                           .host = "127.0.0.1:4171"};
    return fleet.handler.answer(asked, {});
  };
  const ApiOutcome many = outcome("65536", "");
  REQUIRE(many.later);
  CHECK(many.runs_on == RunsOn::kFilterPool);
  CHECK(many.price == kFilterPrice - 1);
  CHECK(many.later().body.size() > kRowsPageBytes - kRowBytes);
  CHECK_FALSE(outcome("1000", "").later);
  CHECK_FALSE(outcome("65536", "failing").later);
}

}  // namespace
}  // namespace flatline
