#include "agent/core/reporter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "schema/wire/codec.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{100s};
constexpr WallTime kWall{Milliseconds{1'700'000'000'123}};
constexpr CheckState kOk = CheckState::kOk;
constexpr CheckState kWarning = CheckState::kWarning;
constexpr CheckState kCritical = CheckState::kCritical;
constexpr CheckState kUnknown = CheckState::kUnknown;
constexpr CheckState kPending = CheckState::kPending;

Reporter make_reporter(std::size_t checks, unsigned fail_after = 1, unsigned recover_after = 1) {
  ReporterOptions options;
  options.name = HostName{"web-001"};
  options.labels = Labels{"role=web"};
  options.config_hash = 7;
  options.interval = 3s;
  options.agent_version = 0x010203;
  std::vector<CheckPlan> plans;
  for (std::size_t i = 0; i < checks; ++i) {
    plans.push_back({CheckName{"check-" + std::to_string(i)}, 10s, fail_after, recover_after});
  }
  return {options, plans, kStart};
}

CheckResult result(CheckState state, float value = kNoValue, std::string_view message = "text") {
  return {state, value, Message{message}};
}

/// Reports, and checks the snapshot against the contract: encode_snapshot aborts if it is
/// malformed.
Snapshot report(Reporter& reporter, Instant now, WallTime wall = kWall, Milliseconds uptime = 5s) {
  const Snapshot snapshot = reporter.report(now, wall, uptime);
  std::array<std::byte, kSnapshotBytes> bytes;
  encode_snapshot(snapshot, bytes);
  return snapshot;
}

void take_all(Reporter& reporter, CheckState state, Instant now) {
  for (std::size_t i = 0; i < reporter.check_count(); ++i) reporter.take(i, result(state), now);
}

/// The page indices of the next `count` snapshots.
std::vector<int> pages(Reporter& reporter, std::size_t count, Instant now) {
  std::vector<int> indices;
  while (indices.size() < count) indices.push_back(report(reporter, now).page.index);
  return indices;
}

TEST_CASE("an agent without checks has a page that is all zero but its index") {
  Reporter reporter = make_reporter(0);
  for (int i = 0; i < 3; ++i) {
    const Snapshot snapshot = report(reporter, kStart);
    CHECK(snapshot.page == DetailPage{});
    for (const CheckState state : snapshot.states) CHECK(state == CheckState::kNone);
  }
}

TEST_CASE("what it was told about itself is in every snapshot") {
  Reporter reporter = make_reporter(1);
  const Snapshot snapshot = report(reporter, kStart + 1s);
  CHECK(snapshot.name.view() == "web-001");
  CHECK(snapshot.labels.view() == "role=web");
  CHECK(snapshot.config_hash == 7);
  CHECK(snapshot.sent_at == kWall);
  CHECK(snapshot.uptime == 5s);
  CHECK(snapshot.interval == 3s);
  CHECK(snapshot.agent_version == 0x010203);
  CHECK_FALSE(snapshot.leaving);
  CHECK(snapshot.states[0] == kPending);
  CHECK(snapshot.states[1] == CheckState::kNone);
}

TEST_CASE("clocks that say what the contract has no room for do not keep a host from reporting") {
  Reporter reporter = make_reporter(1);
  struct Row {
    Milliseconds clock;
    Milliseconds said;
  };
  for (const Row& row : {Row{Milliseconds::min(), 0ms}, Row{-1ms, 0ms}, Row{0ms, 0ms},
                         Row{kMaxWireTime, kMaxWireTime}, Row{kMaxWireTime + 1ms, kMaxWireTime},
                         Row{Milliseconds::max(), kMaxWireTime}}) {
    CAPTURE(row.clock.count());
    CHECK(report(reporter, kStart, WallTime{row.clock}).sent_at == WallTime{row.said});
    CHECK(report(reporter, kStart, kWall, row.clock).uptime == row.said);
  }
}

TEST_CASE("leaving is said from then on") {
  Reporter reporter = make_reporter(1);
  reporter.leave();
  CHECK(report(reporter, kStart).leaving);
  CHECK(report(reporter, kStart + 1s).leaving);
}

TEST_CASE("PENDING until the first result, UNKNOWN after two periods without one") {
  Reporter reporter = make_reporter(1);
  for (const Duration age : {Duration{0s}, Duration{20s}}) {
    const Snapshot snapshot = report(reporter, kStart + age);
    CHECK(snapshot.states[0] == kPending);
    CHECK(snapshot.page.age_ms == kNoAge);
    CHECK(snapshot.page.message.view() == "no result yet");
  }
  const Snapshot late = report(reporter, kStart + 20s + 1ns);
  CHECK(late.states[0] == kUnknown);
  CHECK(late.page.age_ms == kNoAge);
  CHECK(late.page.message.view() == "no result for 20s");

  reporter.take(0, result(kOk), kStart + 21s);
  CHECK(report(reporter, kStart + 21s).states[0] == kOk);
}

TEST_CASE("a result is UNKNOWN when it is older than two periods, at the exact boundary") {
  Reporter reporter = make_reporter(1);
  reporter.take(0, result(kOk, 0.5F, "fine"), kStart + 1s);

  const Snapshot last = report(reporter, kStart + 21s);
  CHECK(last.states[0] == kOk);
  CHECK(last.values[0] == 0.5F);
  CHECK(last.page.age_ms == 20'000);
  CHECK(last.page.message.view() == "fine");

  const Snapshot stale = report(reporter, kStart + 21s + 1ns);
  CHECK(stale.states[0] == kUnknown);
  CHECK_FALSE(has_value(stale.values[0]));
  CHECK(stale.page.age_ms == 20'000);

  const Snapshot older = report(reporter, kStart + 26s + 700ms);
  CHECK(older.page.age_ms == 25'700);
  CHECK(older.page.message.view() == "no result for 25s");

  reporter.take(0, result(kOk, 0.5F), kStart + 27s);
  CHECK(report(reporter, kStart + 27s).states[0] == kOk);
}

TEST_CASE("an age beyond what the page can hold is none") {
  Reporter reporter = make_reporter(1);
  reporter.take(0, result(kOk), kStart);
  CHECK(report(reporter, kStart + Milliseconds{kNoAge} - 1ms).page.age_ms == kNoAge - 1);
  CHECK(report(reporter, kStart + Milliseconds{kNoAge}).page.age_ms == kNoAge);
  CHECK(report(reporter, kStart + 24h * 365).page.message.view() == "no result for 365d");
}

TEST_CASE("a result from after the report's own moment has age zero") {
  Reporter reporter = make_reporter(1);
  reporter.take(0, result(kOk), kStart + 1s);
  CHECK(report(reporter, kStart).page.age_ms == 0);
}

TEST_CASE("fail_after and recover_after count results in a row") {
  struct Step {
    CheckState result;
    CheckState state;
  };
  struct Row {
    const char* what;
    unsigned fail_after;
    unsigned recover_after;
    std::vector<Step> steps;
  };
  const std::vector<Row> rows = {
      {"one result is enough by default",
       1,
       1,
       {{kOk, kOk}, {kCritical, kCritical}, {kOk, kOk}, {kUnknown, kUnknown}}},
      {"the third in a row fails",
       3,
       1,
       {{kOk, kOk}, {kCritical, kOk}, {kCritical, kOk}, {kCritical, kCritical}, {kOk, kOk}}},
      {"an OK between starts the count anew",
       2,
       1,
       {{kOk, kOk}, {kCritical, kOk}, {kOk, kOk}, {kCritical, kOk}, {kCritical, kCritical}}},
      {"all failing states count together, the last one shows",
       2,
       1,
       {{kOk, kOk}, {kUnknown, kOk}, {kCritical, kCritical}}},
      {"among failing states a change shows at once, and so among the others",
       3,
       3,
       {{kCritical, kCritical},
        {kUnknown, kUnknown},
        {kOk, kUnknown},
        {kWarning, kUnknown},
        {kOk, kOk},
        {kWarning, kWarning},
        {kOk, kOk}}},
      {"a WARNING before makes no failure show earlier",
       3,
       1,
       {{kOk, kOk},
        {kWarning, kWarning},
        {kWarning, kWarning},
        {kCritical, kWarning},
        {kUnknown, kWarning},
        {kCritical, kCritical}}},
      {"a WARNING ends a failure no sooner than an OK",
       1,
       2,
       {{kCritical, kCritical}, {kWarning, kCritical}, {kWarning, kWarning}}},
      {"the second OK in a row recovers",
       1,
       2,
       {{kCritical, kCritical}, {kOk, kCritical}, {kOk, kOk}}},
      {"a failure between starts the count anew",
       1,
       2,
       {{kCritical, kCritical},
        {kOk, kCritical},
        {kUnknown, kUnknown},
        {kOk, kUnknown},
        {kOk, kOk}}},
      {"the first result decides at once", 3, 3, {{kCritical, kCritical}}},
      {"the first result decides at once, OK too", 3, 3, {{kOk, kOk}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Reporter reporter = make_reporter(1, row.fail_after, row.recover_after);
    Instant now = kStart;
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      CAPTURE(i);
      now += 10s;
      reporter.take(0, result(row.steps[i].result), now);
      CHECK(report(reporter, now).states[0] == row.steps[i].state);
    }
  }
}

TEST_CASE("runs are counted across what is published, from any state to any other") {
  constexpr std::array<CheckState, 4> kStates = {kOk, kWarning, kCritical, kUnknown};
  for (const CheckState from : kStates) {
    for (const CheckState to : kStates) {
      for (unsigned needed = 1; needed <= 3; ++needed) {
        Reporter reporter = make_reporter(1, needed, needed);
        Instant now = kStart;
        reporter.take(0, result(from), now);
        const bool crosses = is_failing(from) != is_failing(to);
        for (unsigned in_a_row = 1; in_a_row <= needed; ++in_a_row) {
          reporter.take(0, result(to), now += 10s);
          CAPTURE(check_state_name(from));
          CAPTURE(check_state_name(to));
          CAPTURE(in_a_row);
          CHECK(report(reporter, now).states[0] == (crosses && in_a_row < needed ? from : to));
        }
      }
    }
  }
}

TEST_CASE("a check that was UNKNOWN for want of results counts as failing before the next one") {
  Reporter reporter = make_reporter(1, 3, 2);
  reporter.take(0, result(kOk), kStart);
  reporter.take(0, result(kCritical), kStart + 10s);
  CHECK(report(reporter, kStart + 31s).states[0] == kUnknown);
  reporter.take(0, result(kOk), kStart + 31s);
  CHECK(report(reporter, kStart + 31s).states[0] == kUnknown);
  reporter.take(0, result(kOk), kStart + 41s);
  CHECK(report(reporter, kStart + 41s).states[0] == kOk);
  CHECK(report(reporter, kStart + 62s).states[0] == kUnknown);
  reporter.take(0, result(kCritical), kStart + 62s);
  CHECK(report(reporter, kStart + 62s).states[0] == kCritical);
}

std::array<std::byte, kSnapshotBytes> bytes_of(const Snapshot& snapshot) {
  std::array<std::byte, kSnapshotBytes> bytes;
  encode_snapshot(snapshot, bytes);
  return bytes;
}

/// A reporter whose checks are known as these fingerprints.
Reporter make_known(std::uint64_t config_hash, const std::vector<std::uint64_t>& fingerprints,
                    Instant start) {
  ReporterOptions options;
  options.name = HostName{"web-001"};
  options.config_hash = config_hash;
  std::vector<CheckPlan> plans;
  for (const std::uint64_t known_as : fingerprints) {
    plans.push_back({.name = CheckName{"check-" + std::to_string(plans.size())},
                     .period = 10s,
                     .fail_after = 3,
                     .fingerprint = known_as});
  }
  return {options, plans, start};
}

TEST_CASE("a reload that changes nothing changes nothing: results, runs of results and pages") {
  Reporter before = make_known(7, {11, 12, 13}, kStart);
  Reporter untouched = make_known(7, {11, 12, 13}, kStart);
  Instant now = kStart;
  for (Reporter* reporter : {&before, &untouched}) {
    reporter->take(0, result(kCritical, 3, "bad"), now);
    reporter->take(1, result(kOk, 2, "good"), now);
    reporter->take(1, result(kCritical), now);
    reporter->take(1, result(kCritical), now);
    pages(*reporter, 5, now);
  }
  Reporter after = make_known(7, {11, 12, 13}, now + 15s);
  after.take_over(before);
  for (int i = 0; i < 12; ++i) {
    now += 1s;
    if (i == 6) {
      after.take(1, result(kCritical, 1, "third"), now);
      untouched.take(1, result(kCritical, 1, "third"), now);
    }
    CHECK(bytes_of(report(after, now)) == bytes_of(report(untouched, now)));
  }
  // Check 2 has no result since its start, whatever was reloaded meanwhile.
  CHECK(report(after, kStart + 21s).states[2] == kUnknown);
}

TEST_CASE("wherever the rounds of pages are when nothing is changed by a reload, they go on") {
  for (std::size_t reports = 0; reports < 12; ++reports) {
    CAPTURE(reports);
    Reporter before = make_known(7, {11, 12, 13}, kStart);
    Reporter untouched = make_known(7, {11, 12, 13}, kStart);
    for (Reporter* reporter : {&before, &untouched}) {
      take_all(*reporter, kOk, kStart);
      pages(*reporter, reports, kStart);
    }
    Reporter after = make_known(7, {11, 12, 13}, kStart);
    after.take_over(before);
    CHECK(pages(after, 12, kStart) == pages(untouched, 12, kStart));
  }
}

TEST_CASE("a reload keeps what is the same at its new place, and tells it anew") {
  Reporter before = make_known(7, {11, 12, 0}, kStart);
  take_all(before, kCritical, kStart);
  pages(before, 12, kStart);
  Reporter after = make_known(8, {21, 22, 12, 0}, kStart + 1s);
  after.take_over(before);
  const Snapshot first = report(after, kStart + 1s);
  const Snapshot second = report(after, kStart + 1s);
  for (const Snapshot& snapshot : {first, second}) {
    CHECK(snapshot.states[0] == kPending);
    CHECK(snapshot.states[1] == kPending);
    CHECK(snapshot.states[2] == kCritical);
    CHECK(snapshot.states[3] == kPending);
  }
  CHECK((first.page.index == 2 || second.page.index == 2));
}

TEST_CASE("values that are not finite are none") {
  Reporter reporter = make_reporter(1);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float value : {kInfinity, -kInfinity, std::numeric_limits<float>::signaling_NaN(),
                            -std::numeric_limits<float>::quiet_NaN()}) {
    reporter.take(0, result(kOk, value), kStart);
    CHECK_FALSE(has_value(report(reporter, kStart).values[0]));
  }
  reporter.take(0, result(kOk, -0.25F), kStart);
  CHECK(report(reporter, kStart).values[0] == -0.25F);
}

TEST_CASE("no message makes a snapshot malformed") {
  Reporter reporter = make_reporter(1);
  reporter.take(0, result(kOk, kNoValue, "a\tb\x1b[31m\xff"), kStart);
  CHECK(report(reporter, kStart).page.message.view() == "a b [31m\xEF\xBF\xBD");
  reporter.take(0, result(kOk, kNoValue, std::string_view{"seen\0hidden", 11}), kStart);
  CHECK(report(reporter, kStart).page.message.view() == "seen");
}

TEST_CASE("page order") {
  using Pages = std::vector<int>;
  Reporter reporter = make_reporter(4);

  SUBCASE("all PENDING: both rounds go over all checks, half a round apart") {
    CHECK(pages(reporter, 8, kStart) == Pages{0, 2, 1, 3, 2, 0, 3, 1});
  }
  SUBCASE("all OK: the same") {
    take_all(reporter, kOk, kStart);
    CHECK(pages(reporter, 8, kStart) == Pages{0, 2, 1, 3, 2, 0, 3, 1});
  }
  SUBCASE("some not OK: odd ones go round those alone") {
    take_all(reporter, kOk, kStart);
    reporter.take(1, result(kWarning), kStart);
    reporter.take(3, result(kCritical), kStart);
    CHECK(pages(reporter, 12, kStart) == Pages{0, 3, 1, 1, 2, 3, 3, 1, 0, 3, 1, 1});
  }
  SUBCASE("PENDING counts as OK beside one that fails") {
    reporter.take(2, result(kUnknown), kStart);
    CHECK(pages(reporter, 8, kStart) == Pages{0, 2, 1, 2, 2, 2, 3, 2});
  }
  SUBCASE("a stale one is not OK") {
    take_all(reporter, kOk, kStart);
    for (const std::size_t i : {0U, 1U, 3U}) reporter.take(i, result(kOk), kStart + 20s);
    CHECK(pages(reporter, 4, kStart + 21s) == Pages{0, 2, 1, 2});
  }
}

TEST_CASE("in a new epoch all failures are news again, and the rounds go on") {
  Reporter reporter = make_reporter(6);
  take_all(reporter, kOk, kStart);
  for (const std::size_t i : {1U, 4U}) reporter.take(i, result(kCritical), kStart);
  CHECK(pages(reporter, 6, kStart) == std::vector{0, 4, 1, 1, 2, 4});
  reporter.tell_anew();
  CHECK(pages(reporter, 6, kStart) == std::vector{3, 1, 4, 4, 5, 1});
}

TEST_CASE("a new failure is told within two snapshots, however many others fail") {
  for (std::size_t fresh = 0; fresh < kChecks; ++fresh) {
    for (std::size_t before = 30; before < 34; ++before) {
      Reporter reporter = make_reporter(kChecks);
      take_all(reporter, kCritical, kStart);
      reporter.take(fresh, result(kOk), kStart);
      pages(reporter, 2 * kChecks + before, kStart);
      reporter.take(fresh, result(kCritical, kNoValue, "new"), kStart);
      const Snapshot first = report(reporter, kStart);
      const Snapshot second = report(reporter, kStart);
      CAPTURE(fresh);
      CAPTURE(before);
      CHECK((first.page.message.view() == "new" || second.page.message.view() == "new"));
    }
  }
}

TEST_CASE("k new failures are told within k + ceil(k / 3) snapshots, whenever they come") {
  for (std::size_t k = 1; k <= kChecks; ++k) {
    for (std::size_t before = 0; before < 8; ++before) {
      for (const CheckState others : {kOk, kCritical}) {
        Reporter reporter = make_reporter(kChecks);
        take_all(reporter, others, kStart);
        pages(reporter, 4 * kChecks, kStart);
        // With news before these failures, the next even page may owe the check in turn its page.
        for (std::size_t i = 0; i < before; ++i) {
          reporter.take(kChecks - 1, result(i % 2 == 0 ? kUnknown : kWarning), kStart);
          report(reporter, kStart);
        }
        for (std::size_t i = 0; i < k; ++i) reporter.take(i, result(kWarning), kStart);
        const std::vector<int> told = pages(reporter, k + (k + 2) / 3, kStart);
        std::size_t found = 0;
        for (int i = 0; i < static_cast<int>(k); ++i) {
          found += std::count(told.begin(), told.end(), i) > 0 ? 1 : 0;
        }
        CAPTURE(k);
        CAPTURE(before);
        CHECK(found == k);
      }
    }
  }
}

TEST_CASE("every one of n checks is told once in 4n snapshots, even if all change at each") {
  for (const std::size_t changing : {std::size_t{1}, std::size_t{5}, kChecks}) {
    Reporter reporter = make_reporter(kChecks);
    take_all(reporter, kOk, kStart);
    std::vector<std::size_t> last(kChecks, 0);
    for (std::size_t now = 1; now <= 40 * kChecks; ++now) {
      for (std::size_t i = 0; i < changing; ++i) {
        reporter.take(i, result(now % 2 == 0 ? kCritical : kWarning), kStart);
      }
      last[report(reporter, kStart).page.index] = now;
      CAPTURE(changing);
      for (const std::size_t told : last) CHECK(now - told <= 4 * kChecks);
    }
  }
}

TEST_CASE("one that flaps keeps no other from being told") {
  Reporter reporter = make_reporter(4);
  take_all(reporter, kCritical, kStart);
  std::array<int, 4> told{};
  for (int i = 0; i < 80; ++i) {
    reporter.take(0, result(i % 4 < 2 ? kOk : kCritical), kStart);
    ++told[report(reporter, kStart).page.index];
  }
  for (const int count : told) CHECK(count >= 10);
}

}  // namespace
}  // namespace flatline
