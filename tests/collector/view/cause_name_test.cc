// Which name a stored cause stands for: the one that had the place when the cause was told.

#include "collector/view/cause_name.h"

#include <doctest/doctest.h>

#include <string>

#include "collector/view/timeline.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

PlacedCause placed(std::uint32_t place, const char* name, std::uint64_t start, std::uint64_t tick) {
  return {place, {CheckName{name}, start, tick, WallTime{}}};
}

TEST_CASE("a place that went to another name falsifies no earlier cause") {
  const CauseNames names({placed(3, "disk", 7, 1), placed(4, "load", 7, 1),
                          placed(3, "memory", 7, 100), placed(3, "raid", 9, 5)});
  struct Row {
    ToldCause told;
    const char* name;
  };
  for (const Row& row :
       {Row{{3, 7, 1}, "disk"}, Row{{3, 7, 99}, "disk"}, Row{{3, 7, 100}, "memory"},
        Row{{3, 8, 1}, "memory"}, Row{{3, 9, 4}, "memory"}, Row{{3, 9, 5}, "raid"},
        Row{{3, 12, 1}, "raid"}, Row{{4, 9, 5}, "load"},
        // Before it had a name, and a place that never had one.
        Row{{3, 6, 999}, ""}, Row{{5, 9, 5}, ""}, Row{{kNoCause, 9, 5}, ""},
        Row{{kOtherCause, 9, 5}, ""}}) {
    CAPTURE(row.told.place);
    CAPTURE(row.told.start);
    CAPTURE(row.told.tick);
    CHECK(names.name_of(row.told).view() == row.name);
  }
  CHECK(CauseNames({}).name_of({3, 7, 1}).empty());
}

TEST_CASE("a span has the first check with a name, and another one begins no new span") {
  constexpr WallTime kStart{Milliseconds{1'700'000'000'000}};
  constexpr std::uint8_t kFailing =
      plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) | plane_bit(Plane::kReporting);
  std::vector<SlotStep> steps;
  std::uint64_t tick = 1;
  for (const std::uint8_t cause : {kNoCause, kOtherCause, std::uint8_t{4}, std::uint8_t{5}}) {
    steps.push_back({0, kStart + Milliseconds{10s} * static_cast<int>(tick - 1),
                     std::uint64_t{7} << 32, 0, kFailing, cause, tick});
    ++tick;
  }
  const auto spans = spans_of(steps, kStart, kStart + 40s, 10s);
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].cause == ToldCause{4, 7, 3});
  steps[2].cause = kNoCause;
  steps[3].cause = kNoCause;
  CHECK(spans_of(steps, kStart, kStart + 40s, 10s)[0].cause.place == kOtherCause);
}

TEST_CASE("a change has the causes of both moments, whichever slots the host had") {
  constexpr std::uint8_t kThere = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
  const std::vector<std::uint8_t> before = {kThere, kThere, kThere};
  const std::vector<std::uint8_t> after = {kThere | 4, kThere, kThere | 4};
  const std::vector<AgentId> had = {AgentId{1}, AgentId{2}, AgentId{3}};
  const std::vector<AgentId> has = {AgentId{1}, AgentId{2}, AgentId{3}};
  const std::vector<std::uint8_t> causes_before = {5, 6, 0};
  const std::vector<std::uint8_t> causes_after = {0, 7, 8};
  const auto changes = changes_between({before, had, causes_before}, {after, has, causes_after});
  REQUIRE(changes.size() == 2);  // Another cause alone is no change.
  CHECK(changes[0].cause_before == 5);
  CHECK(changes[0].cause_after == kNoCause);
  CHECK(changes[1].cause_before == kNoCause);
  CHECK(changes[1].cause_after == 8);
  CHECK(changes_between({before, had}, {after, has})[0].cause_before == kNoCause);
}

}  // namespace
}  // namespace flatline
