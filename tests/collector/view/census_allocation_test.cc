// Counts allocations: after its construction a census makes none, whatever it finds.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/collector/view/labelled_fleet.h"
#include "tests/harness/allocations.h"

using namespace flatline;
using namespace flatline::test;

TEST_CASE("a census allocates nothing, in calm, with causes, and with too many labels") {
  LabelledFleet fleet(4'096);
  Census census(fleet.board, fleet.host_table);
  for (const bool is_troubled : {false, true}) {
    for (std::uint32_t slot = 0; slot < 4'096; ++slot) {
      HostRecord record = fleet.host_of(slot);
      if (is_troubled && slot % 2 == 0) record.labels = Labels{fmt::format("x={}", slot)};
      fleet.put(slot, record, is_troubled && slot / 300 == 3);
    }
    fleet.publish();
    const std::size_t before = allocations();
    census.take();
    census.take();
    CHECK(allocations() == before);
    Causes causes;
    REQUIRE(census.results().causes.read(causes));
    CHECK((causes.count > 0) == is_troubled);
    CHECK((causes.labels_refused > 0) == is_troubled);
  }
}
