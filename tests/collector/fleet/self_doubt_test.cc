// When the collector doubts its own clock, poll by poll.

#include "collector/fleet/self_doubt.h"

#include <doctest/doctest.h>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{100s};
constexpr Duration kWindow{5s};

struct Doubting {
  SelfDoubt doubt{{kWindow, 50}, kStart};

  [[nodiscard]] std::uint32_t doubts_at(Instant now) {
    ViewHead head;
    doubt.judge(now, 0, Judged{}, head);
    return head.doubts;
  }
  void disagree(std::uint64_t agent, Instant now) { doubt.clock_disagrees(AgentId{agent}, now); }
  [[nodiscard]] bool doubts_clocks(Instant now) {
    return (doubts_at(now) & doubt_bit(Doubt::kClocks)) != 0;
  }
};

TEST_CASE("a cause of doubt stands for a window, to the nanosecond") {
  for (const Doubt cause : {Doubt::kLateTick, Doubt::kKernelLoss}) {
    Doubting at;
    at.doubt.raise(cause, kStart + 1s);
    CHECK(at.doubts_at(kStart + 1s + kWindow - 1ns) == doubt_bit(cause));
    CHECK(at.doubts_at(kStart + 1s + kWindow) == 0);
  }
}

TEST_CASE("hosts that disagree are counted within one window, and a new one begins with none") {
  struct Row {
    Duration apart;
    bool doubts;
  };
  // The window is over when more than its length has passed.
  for (const Row& row : {Row{0s, true}, Row{2500ms, true}, Row{2500ms + 1ns, false},
                         Row{kWindow, false}, Row{3 * kWindow, false}}) {
    CAPTURE(row.apart.count());
    Doubting at;
    for (std::uint64_t agent = 1; agent <= kClockQuorum; ++agent) {
      at.disagree(agent, kStart + static_cast<int>(agent - 1) * row.apart);
    }
    const Instant end = kStart + static_cast<int>(kClockQuorum - 1) * row.apart;
    CHECK(at.doubts_clocks(end) == row.doubts);
  }
}

TEST_CASE("several are as many hosts, not as many snapshots of fewer") {
  Doubting at;
  for (int i = 0; i < 20; ++i) at.disagree(1 + i % (kClockQuorum - 1), kStart);
  CHECK_FALSE(at.doubts_clocks(kStart));
  at.disagree(kClockQuorum, kStart);
  CHECK(at.doubts_clocks(kStart));
}

TEST_CASE("most is a majority of this window and the one before, and of no earlier one") {
  struct Row {
    Duration later;  // How long before the hosts that disagree the agreeing ones spoke.
    bool doubts;
  };
  for (const Row& row : {Row{0s, false}, Row{kWindow, false}, Row{kWindow + 1ns, false},
                         Row{2 * kWindow, false}, Row{2 * kWindow + 1ns, true}}) {
    CAPTURE(row.later.count());
    Doubting at;
    for (std::size_t i = 0; i < kClockQuorum; ++i) at.doubt.clock_agrees(kStart);
    const Instant now = kStart + row.later;
    for (std::uint64_t agent = 1; agent <= kClockQuorum; ++agent) at.disagree(agent, now);
    CHECK(at.doubts_clocks(now) == row.doubts);
    at.disagree(1, now);  // One more than those that agree.
    CHECK(at.doubts_clocks(now));
  }
}

TEST_CASE("refused first contacts and late snapshots are two polls") {
  Doubting at;
  at.disagree(1, kStart);
  at.disagree(2, kStart);
  at.doubt.late(AgentId{3}, kStart);
  CHECK_FALSE(at.doubts_clocks(kStart));
  at.doubt.late(AgentId{4}, kStart);
  at.doubt.late(AgentId{5}, kStart);
  CHECK(at.doubts_clocks(kStart));
}

TEST_CASE("panic begins below one share of a hundred hosts, and ends above another, to the host") {
  struct Row {
    std::uint32_t healthy;
    bool panic;
  };
  Doubting at;
  for (const Row& row : {Row{50, false}, Row{49, true}, Row{60, true}, Row{61, false}}) {
    CAPTURE(row.healthy);
    ViewHead head;
    at.doubt.judge(kStart, 100, Judged{100, row.healthy}, head);
    CHECK(((head.flags & flag_bit(Flag::kPanic)) != 0) == row.panic);
  }
}

TEST_CASE("nothing heard is no doubt before a window has passed, nor where nobody is") {
  Doubting at;
  at.doubt.heard(kStart + 1s);
  for (const std::uint32_t hosts : {0U, 1U}) {
    for (const Duration after : {kWindow - 1ns, kWindow}) {
      ViewHead head;
      at.doubt.judge(kStart + 1s + after, hosts, Judged{}, head);
      CHECK(head.doubts == (hosts == 1 && after == kWindow ? doubt_bit(Doubt::kNothingHeard) : 0));
      CHECK(((head.flags & flag_bit(Flag::kBlind)) != 0) == (head.doubts != 0));
    }
  }
}

}  // namespace
}  // namespace flatline
