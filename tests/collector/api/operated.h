#pragma once

// A fleet of one host, and the handler that its operators ask, as the server asks it.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <future>
#include <map>
#include <string>

#include "collector/api/admin_gate.h"
#include "collector/api/handler.h"
#include "collector/fleet/action_executor.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/past_files.h"
#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/child_process.h"
#include "tests/harness/fleet_driver.h"

namespace flatline::test {

using namespace std::chrono_literals;

inline constexpr const char* kAdmin = "Bearer operators-alone";

/// A fleet of one host, web-1, and the handler that its operators ask.
struct Operated {
  explicit Operated(std::string read_token = "")
      : handler(sources, {"127.0.0.1", 4171}, std::move(read_token)) {
    REQUIRE(fleet.hear(web) == Outcome::kAccepted);
    board.publish(fleet.tick());
  }

  /// Asks as the server does; meanwhile the loop's part, serving the queue, goes on here.
  ApiResponse ask(ApiRequest request) {
    request.host = "127.0.0.1:4171";
    const ApiOutcome outcome = handler.answer(request, {fleet.now, fleet.arrival().wall});
    if (!outcome.later) return outcome.now;
    auto answer = std::async(std::launch::async, outcome.later);
    while (loop_comes_by && answer.wait_for(0s) != std::future_status::ready) {
      queue.serve(executor, fleet.arrival().wall, 1);
    }
    return answer.get();
  }
  ApiRequest request(std::string method, std::string path, std::string body = "") {
    return {.method = std::move(method),
            .path = std::move(path),
            .authorization = kAdmin,
            .key = fmt::format("key-{}", ++keys),
            .body = std::move(body),
            .is_private = true};
  }
  ApiResponse change(std::string method, std::string path, std::string body = "") {
    return ask(request(std::move(method), std::move(path), std::move(body)));
  }
  SummaryAnswer summary() {
    board.publish(fleet.tick());
    return *summary_from_json(ask(request("GET", "/api/v1/summary")).body);
  }
  ActionPageAnswer actions(std::map<std::string, std::string> query = {}) {
    ApiRequest asked = request("GET", "/api/v1/actions");
    asked.query = std::move(query);
    const auto page = action_page_from_json(ask(asked).body);
    REQUIRE(page);
    return *page;
  }

  FleetDriver fleet;
  Host web{"web-1"};
  ActionExecutor executor{fleet.fleet, fleet.host_table.actions()};
  ActionQueue queue;
  ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};
  StorageStatus storage;
  bool loop_comes_by = true;
  int keys = 0;
  ApiSources sources{board,
                     fleet.host_table,
                     fixed_key().fleet,
                     fleet.options.tick,
                     fleet.options.stale_after,
                     fleet.now,
                     {},
                     [this] { return storage; },
                     gate,
                     // ask() serves it at once, but not while this machine stands still.
                     [this](const ActionRequest& request, const ActionNames& names, Milliseconds) {
                       return queue.ask(request, names, kPatience);
                     },
                     [this](std::uint64_t, Milliseconds) { return !storage.degraded; },
                     [] { return open_past({}); }};
  ApiHandler handler;
};

inline ActionDoneAnswer done(const ApiResponse& response) {
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  const auto answer = action_done_from_json(response.body);
  REQUIRE(answer);
  return *answer;
}

inline std::string error_of(const ApiResponse& response) {
  return problem_from_json(response.body).value_or(ProblemAnswer{}).error;
}

}  // namespace flatline::test
