#include <doctest/doctest.h>

#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {
namespace {

LayoutAnswer layout_of(std::uint32_t capacity) {
  LayoutAnswer layout;
  layout.capacity = capacity;
  layout.keys[0].key = FixedText<kLabelsBytes>("role");
  layout.keys[0].values[3] = FixedText<kLabelsBytes>("db");
  layout.groups.resize(kLayoutPlaces * kLayoutPlaces);
  for (std::uint32_t slot = 0; slot < capacity; ++slot) layout.order.push_back(capacity - 1 - slot);
  return layout;
}

}  // namespace

TEST_CASE("a layout tells who has which label; the values that are not told apart have no name") {
  LayoutAnswer layout = layout_of(128);
  layout.groups[3 * kLayoutPlaces + kLayoutNone] = {0, 2};
  layout.groups[kLayoutOther * kLayoutPlaces + kLayoutNone] = {2, 1};
  layout.groups[kLayoutNone * kLayoutPlaces + kLayoutNone] = {3, 9};
  Memberships labels;
  add_memberships(layout, labels);
  REQUIRE(labels.size() == 2);
  CHECK(labels[0]->key == "role");
  CHECK(labels[0]->value == "db");
  CHECK(labels[0]->hosts == Slots{0, std::uint64_t{0b11} << 62});  // Slots 127 and 126.
  CHECK(labels[1]->value.empty());
  CHECK(labels[1]->hosts == Slots{0, std::uint64_t{1} << 61});
}

TEST_CASE("a layout of no sense takes no place in memory") {
  LayoutAnswer layout = layout_of(64);
  layout.order[0] = 4'000'000'000;
  layout.groups[3 * kLayoutPlaces] = {0, 4'000'000'000};
  layout.groups[3 * kLayoutPlaces + 1] = {4'000'000'000, 7};
  Memberships labels;
  add_memberships(layout, labels);
  REQUIRE(labels.size() == 1);
  CHECK(labels[0]->hosts == Slots{~std::uint64_t{0} >> 1});  // All but slot 63, which was lost.
}

}  // namespace flatline::cli::screen
