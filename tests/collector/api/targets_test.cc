// Hosts as targets of Prometheus' service discovery: the list, who is on it, and what is refused.

#include "collector/api/targets.h"

#include <doctest/doctest.h>

#include "collector/api/handler.h"
#include "schema/answers/view_json.h"
#include "tests/collector/api/served.h"
#include "tests/collector/view/made_fleet.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::MadeFleet;

struct Stand : test::ParkedServer {
  explicit Stand(std::uint32_t capacity = 64) : made(capacity) {}

  void put(std::uint32_t slot, std::string_view name, std::string_view labels,
           std::uint8_t planes = MadeFleet::kHealthy) {
    HostRecord record = made.host(labels);
    record.name = HostName{name};
    record.source = test::address_of(static_cast<std::uint8_t>(slot));
    made.put(slot, record, planes);
  }
  ApiOutcome outcome(std::map<std::string, std::string> query) {
    const ApiRequest request{.method = "GET",
                             .path = "/api/v1/targets",
                             .query = std::move(query),
                             .host = "127.0.0.1:4171"};
    handler.emplace(made_sources, Endpoint{"127.0.0.1", 4171}, "");
    return handler->answer(request, {made.view.head.at, {}});
  }
  ApiResponse ask(std::map<std::string, std::string> query) {
    const ApiOutcome asked = outcome(std::move(query));
    return asked.later ? asked.later() : asked.now;
  }
  std::string error_of(std::map<std::string, std::string> query, unsigned status = 400) {
    const ApiResponse response = ask(std::move(query));
    CHECK(response.status == status);
    return problem_from_json(response.body).value_or(ProblemAnswer{}).error;
  }

  MadeFleet made;
  ApiSources made_sources{made.board,
                          made.host_table,
                          test::fixed_key().fleet,
                          1s,
                          4,
                          {},
                          {},
                          [] { return StorageStatus{}; },
                          gate,
                          {},
                          {},
                          {}};
  std::optional<ApiHandler> handler;
};

TEST_CASE("a host that chooses its labels chooses neither whom Prometheus asks nor who it is") {
  Stand stand;
  stand.put(0, "evil-1", "role=db,__address__=a,job=flatline,.-scheme..=b,instance=mon-1");
  stand.put(1, "good-1", "_role=db,jobs=2,my.instance=x");
  stand.made.publish();
  CHECK(stand.ask({{"port", "9100"}}).body ==
        R"([{"targets":["evil-1:9100"],"labels":{"__meta_flatline_name":"evil-1",)"
        R"("__meta_flatline_label_role":"db"}},)"
        "\n"
        R"({"targets":["good-1:9100"],"labels":{"__meta_flatline_name":"good-1",)"
        R"("__meta_flatline_label__role":"db","__meta_flatline_label_jobs":"2",)"
        R"("__meta_flatline_label_my_instance":"x"}}])"
        "\n");
}

TEST_CASE("hosts are listed as targets by name, with their labels, at the port that is asked for") {
  Stand stand;
  stand.put(0, "web-1", "role=web,zone=eu-1a");
  stand.put(5, "db-1", "", MadeFleet::kFailing);
  stand.put(63, "web-2", "role=web", MadeFleet::kSilent);
  stand.made.publish();
  const ApiResponse response = stand.ask({{"port", "9100"}});
  CHECK(response.status == 200);
  CHECK(response.type == "application/json");
  CHECK(response.body ==
        R"([{"targets":["web-1:9100"],"labels":{"__meta_flatline_name":"web-1",)"
        R"("__meta_flatline_label_role":"web","__meta_flatline_label_zone":"eu-1a"}},)"
        "\n"
        R"({"targets":["db-1:9100"],"labels":{"__meta_flatline_name":"db-1"}},)"
        "\n"
        R"({"targets":["web-2:9100"],"labels":{"__meta_flatline_name":"web-2",)"
        R"("__meta_flatline_label_role":"web"}}])"
        "\n");
  CHECK(stand.ask({{"port", "9100"}, {"by", "name"}}).body == response.body);
  CHECK(stand.ask({{"port", "1"}, {"filter", "silent"}}).body ==
        R"([{"targets":["web-2:1"],"labels":{"__meta_flatline_name":"web-2",)"
        R"("__meta_flatline_label_role":"web"}}])"
        "\n");
  CHECK(stand.ask({{"port", "9100"}, {"filter", "role=none"}}).body == "[]\n");
}

TEST_CASE("by address a host is listed where it was heard, and one that was not heard is not") {
  Stand stand;
  stand.put(7, "web-1", "");
  HostRecord expected = stand.made.host();
  expected.name = HostName{"web-2"};
  expected.heard = false;
  stand.made.put(8, expected, plane_bit(Plane::kRegistered));
  stand.made.publish();
  CHECK(stand.ask({{"port", "65535"}, {"by", "address"}}).body ==
        R"([{"targets":["192.0.2.7:65535"],"labels":{"__meta_flatline_name":"web-1"}}])"
        "\n");
  CHECK(stand.ask({{"port", "80"}}).body.find("web-2:80") != std::string::npos);
  Address six;
  six.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
  six.port = 40'000;
  CHECK(target_at(six, 9100) == "[2001:db8::7]:9100");
}

TEST_CASE("a label's name has only what Prometheus takes, and each comes once") {
  std::string list;
  append_target(list, "a:1", "a", "app.kubernetes-io=x,app-kubernetes.io=y,Role=b,Role=c,_1=d");
  CHECK(list == R"([{"targets":["a:1"],"labels":{"__meta_flatline_name":"a",)"
                R"("__meta_flatline_label_app_kubernetes_io":"x","__meta_flatline_label_Role":"b",)"
                R"("__meta_flatline_label__1":"d"}})");
}

TEST_CASE("a port or a form that is none, and a filter that is none, are refused") {
  Stand stand;
  stand.made.publish();
  for (const char* port : {"", "0", "65536", "http", "80 ", "-1", "18446744073709551617"}) {
    CAPTURE(std::string(port));
    CHECK(stand.error_of({{"port", port}}).starts_with("port: must be 1 to 65535"));
  }
  CHECK(stand.error_of({}).starts_with("port: must be 1 to 65535"));
  CHECK(stand.error_of({{"port", "80"}, {"by", ""}}) == "by: must be name or address");
  CHECK(stand.error_of({{"port", "80"}, {"by", "slot"}}) == "by: must be name or address");
  CHECK(stand.error_of({{"port", "80"}, {"filter", "failng"}}).starts_with("filter, character 1"));
}

TEST_CASE("nobody gets an empty list because the collector has just started") {
  Stand stand;
  stand.put(0, "web-1", "");
  CHECK(stand.error_of({{"port", "80"}}, 503) == "no view was published yet; ask again");
  stand.made.view.head.flags = flag_bit(Flag::kWarming);
  stand.made.publish();
  CHECK(stand.ask({{"port", "80"}}).status == 200);
  CHECK(stand.error_of({{"port", "80"}, {"by", "address"}}, 503).starts_with("warming"));
  stand.made.view.head.flags = 0;
  stand.made.publish();
  CHECK(stand.ask({{"port", "80"}, {"by", "address"}}).status == 200);
}

TEST_CASE("more hosts than one answer has room for are refused, with how many they are") {
  Stand stand(kMaxTargets + 64);
  PlaneWords& registered = stand.made.view.planes[static_cast<std::size_t>(Plane::kRegistered)];
  std::fill(registered.begin(), registered.end() - 1, ~std::uint64_t{0});
  stand.made.publish();
  CHECK(stand.ask({{"port", "80"}}).status == 200);
  registered.back() = 1;
  stand.made.publish();
  const std::string error = stand.error_of({{"port", "80"}});
  CHECK(error.starts_with("filter: selects 65537 hosts, and at most 65536 are listed"));
}

TEST_CASE("a long list of targets costs as much as a filter that reads rows, whatever its filter") {
  Stand stand(kMaxPageHosts + 64 - kMaxPageHosts % 64);
  PlaneWords& registered = stand.made.view.planes[static_cast<std::size_t>(Plane::kRegistered)];
  std::fill(registered.begin(), registered.end(), ~std::uint64_t{0});
  stand.made.publish();
  const ApiOutcome all = stand.outcome({{"port", "80"}});
  CHECK(all.later != nullptr);
  CHECK(all.runs_on == RunsOn::kFilterPool);
  CHECK(all.price == kFilterPrice - 1);
  registered.back() = 0;
  stand.made.publish();
  CHECK(stand.outcome({{"port", "80"}}).later == nullptr);
  CHECK(stand.outcome({{"port", "80"}, {"filter", "role=web"}}).price == kFilterPrice - 1);
}

}  // namespace
}  // namespace flatline
