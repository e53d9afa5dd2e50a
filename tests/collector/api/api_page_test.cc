// Holds API.md against the code: its table of paths against the routes, and its limits against
// those of the program. tests/end_to_end/api_examples.py asks what it gives as examples.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "collector/api/admin_gate.h"
#include "collector/api/routes.h"
#include "schema/access_limits.h"
#include "tests/harness/files.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

const std::string& page() {
  static const std::string text = content_of(source_file("schema/API.md"));
  return text;
}

/// What stands in backticks, in its order.
std::vector<std::string> quoted_in(const std::string& text) {
  std::vector<std::string> quoted;
  std::istringstream stream(text);
  std::string part;
  for (bool inside = false; std::getline(stream, part, '`'); inside = !inside) {
    if (inside) quoted.push_back(part);
  }
  return quoted;
}

/// A path as a reader of the page knows it: `GET /api/v1/hosts/NAME: filter limit, readers`.
std::string told(const std::string& request, const std::vector<std::string>& parameters,
                 const std::string& who) {
  return fmt::format("{}: {}, {}", request, join(parameters, " "), who);
}

std::set<std::string> paths_of_the_page() {
  std::set<std::string> paths;
  std::istringstream lines(page());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `GET /") && !line.starts_with("| `POST /") &&
        !line.starts_with("| `DELETE /")) {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
    CAPTURE(line);
    REQUIRE(cells.size() == 4);
    const bool has_body = cells[2].find("body") != std::string::npos;
    const std::string who = cells[3].substr(1, cells[3].size() - 2);
    const auto parameters = has_body ? std::vector<std::string>{} : quoted_in(cells[2]);
    CHECK(paths.insert(told(quoted_in(cells[1]).at(0), parameters, who)).second);
  }
  return paths;
}

std::set<std::string> paths_of_the_code() {
  test::FleetDriver fleet;
  const ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, fleet.now};
  const ApiSources sources{
      board, fleet.host_table, test::fixed_key().fleet, {}, 0, {}, {}, {}, gate, {}, {}, {}};
  const auto who = [](Access access) {
    return access == Access::kAnybody   ? "anybody"
           : access == Access::kReaders ? "readers"
                                        : "operators";
  };
  std::set<std::string> paths;
  for (const Route& route : all_routes(sources)) {
    std::string path(route.path);
    if (const std::size_t star = path.find('*'); star != std::string::npos) {
      path.replace(star, 1, "NAME");
    }
    paths.insert(told(fmt::format("{} {}", route.method, path),
                      {route.parameters.begin(), route.parameters.end()}, who(route.access)));
  }
  return paths;
}

TEST_CASE("API.md has every path of the code, with its parameters and who may ask, and no other") {
  const auto of_the_page = paths_of_the_page();
  const auto of_the_code = paths_of_the_code();
  CHECK(of_the_code.size() > 20);
  for (const std::string& path : of_the_code) {
    if (!of_the_page.contains(path)) FAIL_CHECK("not on the page: ", path);
  }
  for (const std::string& path : of_the_page) {
    if (!of_the_code.contains(path)) FAIL_CHECK("not in the code: ", path);
  }
}

/// A number as people write it: 16,384.
std::string with_commas(double number) {
  std::string text = fmt::format("{:.0f}", number);
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

TEST_CASE("API.md has the limits of the code") {
  const std::string sentences[] = {
      fmt::format("| {} a second, {} at once after a quiet time |",
                  with_commas(kClientRequestsPerSecond), with_commas(kClientBurst)),
      fmt::format("| {} a second, {} at once |", with_commas(kAllRequestsPerSecond),
                  with_commas(kAllBurst)),
      fmt::format("| {} a second, {} at once |", with_commas(kChangesPerSecond),
                  with_commas(kChangesBurst)),
      fmt::format("| {} a second, {} at once | 429 |", with_commas(kDrainChangesPerSecond),
                  with_commas(kDrainChangesBurst)),
      fmt::format("but for {} at a time", kConnectionsBeyondShare),
      fmt::format("| {} a second, {} at once | 429 |", with_commas(kWrongTokensPerSecond),
                  with_commas(kWrongTokensBurst)),
      fmt::format("A right token of {} bytes or more", kUnguessableBytes),
      fmt::format("that wait | {} each |", kApiSlowJobs),
      fmt::format("| {} bytes | 413 |", with_commas(kApiBodyBytes)),
      fmt::format("| {} KiB |", kApiConnectionBytes / 1024),
      fmt::format("| a request's parameters | {} | 400 |", kApiParameters),
      fmt::format("| {}, of one client {} |", with_commas(kApiConnections),
                  kApiConnectionsPerClient),
      fmt::format("| {} s after it was opened, or {} s without a byte |",
                  kApiConnectionLifetime.count(), kApiIdleTimeout.count()),
      fmt::format("or {} hosts are forgotten or revoked", with_commas(kBans)),
      fmt::format("more than {:.0f} ms a second ({} ms at once after a quiet time)",
                  kClientHandshakeShare * 1000, kClientHandshakeBurst.count()),
      fmt::format("more than {:.0f} ms ({} ms at once)", kAllHandshakeShare * 1000,
                  with_commas(static_cast<double>(kAllHandshakeBurst.count()))),
      fmt::format("It must be done in {} s, and of {} that a client leaves half done",
                  kHandshakeTime.count(), kHandshakesPerClient + 1),
      fmt::format("from {} days before on", kCertificateExpiresSoon / std::chrono::days{1}),
      fmt::format("`limit` elements, 1 to {}, {} without", with_commas(kMaxPageHosts),
                  kDefaultPageHosts),
      fmt::format("at most {} bytes and nests {} deep", with_commas(kFilterBytes),
                  kFilterDepth - 1),
      fmt::format("with at most {} terms of labels and names and {} of", kFilterTextTerms,
                  kFilterRowTerms),
      fmt::format("(*Filters*) | counts as {:.0f} requests | 429 |", kFilterPrice),
      fmt::format("| a page of more than {} rows (*Rows*) | counts as {:.0f} requests",
                  with_commas(kMaxPageHosts), kFilterPrice),
      fmt::format("up to {} of them, or as many as {} MiB hold", with_commas(kRowsPerPage),
                  kRowsPageBytes >> 20),
      fmt::format("(1 to {}, {} without", with_commas(kMaxHistoryPoints), kDefaultHistoryPoints),
      fmt::format("header, 1 to {} visible ASCII", kIdempotencyKeyBytes),
      fmt::format("at most {} bytes, a name of at most {}", kWhyBytes, kByBytes),
      fmt::format("the last {} are", with_commas(kActions)),
      fmt::format("`POST /api/v1/actions` | {} bytes | 413 |", with_commas(kActionBodyBytes)),
      fmt::format("for up to {} `names`", with_commas(kNamesPerAction)),
      fmt::format("a whole number from 1 to {}; without it 1", with_commas(kActionParts)),
      fmt::format("for the next {} actions", kActionsAnswered - 1),
      fmt::format("of what {} later actions", kActionsAnswered),
      fmt::format("beyond {} different ones", with_commas(kCheckNames)),
      fmt::format("above {} slots every {} µs × slots, {} s at most",
                  with_commas(static_cast<double>(kMinCensusPeriod / kCensusTimePerSlot)),
                  kCensusTimePerSlot / std::chrono::microseconds{1},
                  kMaxCensusPeriod / std::chrono::seconds{1}),
      fmt::format("{} names are counted apart", kCountedChecks),
      fmt::format("of the first {} names that came", kCountedChecks),
      fmt::format("| a list of more than {} targets (*Targets*) | counts as {:.0f} requests |",
                  with_commas(kMaxPageHosts), kFilterPrice),
      fmt::format("| hosts in a list of targets | {} | 400 |", with_commas(kMaxTargets)),
      fmt::format("If more than {} hosts are selected", with_commas(kMaxTargets)),
      fmt::format("A host takes about {} bytes", kUsualTargetBytes),
      fmt::format("never has more than {} bytes", with_commas(kMetricsBytes))};
  static_assert(kChangedWithin == std::chrono::minutes{5}, "the page says five minutes");
  std::string text = page();
  std::replace(text.begin(), text.end(), '\n', ' ');
  for (const std::string& sentence : sentences) {
    if (text.find(sentence) == std::string::npos) FAIL_CHECK("not on the page: ", sentence);
  }
  CHECK(kMaxPageHosts == kMaxPageActions);
  CHECK(kDefaultPageHosts == kDefaultPageActions);
}

}  // namespace
}  // namespace flatline
