#pragma once

// What the tests of the routes about the past have in common: a data folder, into which each of
// them writes a past of its own, and the API before it.

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collector/api/admin_gate.h"
#include "collector/api/handler.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/past_files.h"
#include "tests/collector/journal/views.h"
#include "tests/harness/fleet_driver.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::test {

inline constexpr std::uint32_t kPastCapacity = 128;

class PastStand {
 protected:
  /// Asks at a moment, and waits for an answer that is made later.
  [[nodiscard]] ApiResponse ask(const std::string& path, std::map<std::string, std::string> query,
                                WallTime wall) const {
    const ApiRequest request = request_of(path, std::move(query));  // It outlives the outcome.
    const ApiOutcome outcome = handler_.answer(request, {kFirstInstant, wall});
    return outcome.later ? outcome.later() : outcome.now;
  }
  [[nodiscard]] static ApiRequest request_of(const std::string& path,
                                             std::map<std::string, std::string> query) {
    return {.method = "GET", .path = path, .query = std::move(query), .host = "127.0.0.1:4171"};
  }

  TemporaryFolder folder_;
  Ticker ticker_{kPastCapacity};
  HostTable host_table_{kPastCapacity, 0};
  AdminGate gate_{"operators-alone", kDefaultCapacity, kFirstInstant};
  ActionQueue queue_;
  ApiSources sources_{
      ticker_.board,
      host_table_,
      fixed_key().fleet,
      std::chrono::seconds{1},
      4,
      kFirstInstant,
      {},
      [] { return StorageStatus{}; },
      gate_,
      [this](const ActionRequest& request, const ActionNames& names, Milliseconds patience) {
        return queue_.ask(request, names, patience);
      },
      [](std::uint64_t, Milliseconds) { return true; },
      [this] { return open_past(folder_.path()); }};
  ApiHandler handler_{sources_, {"127.0.0.1", 4171}, ""};
};

/// The answer that a response holds.
template <typename Answer>
Answer read(const ApiResponse& response, std::optional<Answer> (*from_json)(std::string_view)) {
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  auto answer = from_json(response.body);
  REQUIRE(answer);
  return *answer;
}

}  // namespace flatline::test
