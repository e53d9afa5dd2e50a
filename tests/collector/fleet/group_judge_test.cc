#include "collector/fleet/group_judge.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWindow = 5s;

/// A judge of one group, `role=web`.
struct OneGroup {
  explicit OneGroup(GroupQuorum quorum = {}) {
    group().value = LabelText{"web"};
    group().quorum = quorum;
  }
  Group& group() { return table->keys[0].places[3]; }
  void become(std::uint32_t known, std::uint32_t healthy) {
    group().counts.registered = std::max(known, std::uint32_t{1});
    group().judged = known;
    group().judged_healthy = healthy;
  }
  bool says(GroupFlag flag, bool warming = false) {
    judge->judge(now, warming, *table);
    return (group().flags & flag_bit(flag)) != 0;
  }
  bool below(bool warming = false) { return says(GroupFlag::kBelow, warming); }
  bool panics() { return says(GroupFlag::kPanic); }

  Instant now{100s};
  std::unique_ptr<GroupTable> table = std::make_unique<GroupTable>();
  std::unique_ptr<GroupJudge> judge =
      std::make_unique<GroupJudge>(GroupJudge::JudgeOptions{kWindow, 50});
};

TEST_CASE("a quorum holds from its share and its number on") {
  struct Row {
    GroupQuorum quorum;
    std::uint32_t known;
    std::uint32_t healthy;
    bool below;
  };
  const std::vector<Row> rows = {
      {{80, 0}, 10, 8, false}, {{80, 0}, 10, 7, true},  {{80, 0}, 5, 4, false},
      {{80, 0}, 5, 3, true},   {{80, 0}, 1, 1, false},  {{80, 0}, 1, 0, true},
      {{100, 0}, 9, 9, false}, {{100, 0}, 9, 8, true},  {{1, 0}, 100, 1, false},
      {{1, 0}, 101, 1, true},  {{0, 3}, 3, 3, false},   {{0, 3}, 90, 2, true},
      {{80, 3}, 4, 3, true},   {{80, 3}, 2, 2, true},   {{80, 3}, 3, 3, false},
      {{80, 0}, 0, 0, false},  {{80, 1}, 0, 0, true},   {{0, 1}, 0, 0, true},
      {{0, 0}, 10, 0, false},  {{80, 0}, 1'048'576, 838'861, false},
      {{80, 0}, 1'048'576, 838'860, true}};
  for (const Row& row : rows) {
    CAPTURE(row.quorum.healthy_percent);
    CAPTURE(row.quorum.at_least);
    CAPTURE(row.known);
    CAPTURE(row.healthy);
    OneGroup at(row.quorum);
    at.become(row.known, row.healthy);
    CHECK(at.below() == row.below);
  }
}

TEST_CASE("a group in which nobody is registered is below its quorum, whatever that asks for") {
  for (const GroupQuorum quorum : {GroupQuorum{1, 0}, GroupQuorum{0, 1}, GroupQuorum{80, 3}}) {
    CHECK(OneGroup(quorum).below());
  }
  CHECK_FALSE(OneGroup().below());
}

TEST_CASE("`below` begins at once, and ends when the quorum has held for a window") {
  OneGroup at({80, 0});
  at.become(10, 8);
  CHECK_FALSE(at.below());
  at.become(10, 7);
  at.now += 1s;
  CHECK(at.below());
  at.become(10, 8);
  at.now += kWindow - 1ms;
  CHECK(at.below());
  at.become(10, 7);  // It does not hold, once: the window begins anew.
  CHECK(at.below());
  at.become(10, 8);
  at.now += kWindow - 1ms;
  CHECK(at.below());
  at.now += 1ms;
  CHECK_FALSE(at.below());
  at.now += 10 * kWindow;
  CHECK_FALSE(at.below());
}

TEST_CASE("nothing is below while the collector warms up") {
  OneGroup at({80, 3});
  CHECK_FALSE(at.below(true));
  at.become(10, 10);
  CHECK_FALSE(at.below(false));
  at.become(10, 0);
  CHECK_FALSE(at.below(true));
  CHECK(at.below(false));
}

TEST_CASE("a group panics as the fleet does: below a share of ten hosts or more, with hysteresis") {
  OneGroup at;
  at.become(9, 0);
  CHECK_FALSE(at.panics());
  at.become(10, 5);
  CHECK_FALSE(at.panics());
  at.become(10, 4);
  CHECK(at.panics());
  at.become(10, 6);
  CHECK(at.panics());
  at.become(10, 7);
  CHECK_FALSE(at.panics());
}

TEST_CASE("a value that gets a place begins without what was said of the one before") {
  OneGroup at({80, 0});
  at.become(20, 0);
  CHECK(at.below());
  CHECK(at.panics());
  at.group().value = LabelText{"db"};
  at.become(20, 17);
  CHECK_FALSE(at.below());
  at.become(20, 11);
  CHECK_FALSE(at.panics());
  // Without its quorum, nothing is below.
  CHECK(at.below());
  at.group().quorum = GroupQuorum{};
  CHECK_FALSE(at.below());
}

}  // namespace
}  // namespace flatline
