#include "collector/fleet/departures.h"

#include <doctest/doctest.h>

using namespace flatline;

namespace {

Departure departure(std::uint64_t number) {
  return {AgentId{number}, 1000 + number, 2000 + number};
}

}  // namespace

TEST_CASE("the newest departures are remembered, and one more drives out the oldest") {
  Departures departures;
  CHECK(departures.find(AgentId{1}) == nullptr);
  for (std::uint64_t number = 1; number <= kDepartures; ++number) departures.add(departure(number));
  for (std::uint64_t number = 1; number <= kDepartures; ++number) {
    REQUIRE(departures.find(AgentId{number}) != nullptr);
    REQUIRE(departures.find(AgentId{number})->epoch == 1000 + number);
    REQUIRE(departures.find(AgentId{number})->sequence == 2000 + number);
  }
  departures.add(departure(kDepartures + 1));
  CHECK(departures.find(AgentId{1}) == nullptr);
  CHECK(departures.find(AgentId{2}) != nullptr);
  CHECK(departures.find(AgentId{kDepartures + 1}) != nullptr);
}

TEST_CASE("a host that leaves again has the newer order, and once it is erased none") {
  Departures departures;
  departures.add(departure(1));
  departures.add({AgentId{1}, 7, 8});
  REQUIRE(departures.find(AgentId{1}) != nullptr);
  CHECK(departures.find(AgentId{1})->epoch == 7);
  CHECK(departures.erase(AgentId{1}));
  CHECK(departures.find(AgentId{1}) == nullptr);
  CHECK_FALSE(departures.erase(AgentId{1}));
  // The places of both are used again without harm.
  for (std::uint64_t number = 2; number <= 2 * kDepartures; ++number) {
    departures.add(departure(number));
  }
  CHECK(departures.find(AgentId{2 * kDepartures}) != nullptr);
}
