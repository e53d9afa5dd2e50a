// What is said of a host: rows that mix no two moments, epochs that give nothing away, and numbers
// that nothing a host says makes overflow.

#include "collector/api/render.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <limits>

#include "schema/answers/view_json.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::FleetDriver;
using test::Host;

constexpr CheckState kOk = CheckState::kOk;
constexpr CheckState kWarning = CheckState::kWarning;
constexpr CheckState kCritical = CheckState::kCritical;
constexpr CheckState kPending = CheckState::kPending;

/// One host, and what is said of it.
struct Shown {
  Shown() {
    host.snapshot.states = {};
    host.snapshot.page = {};
  }

  /// A second passes; then the host says so of its checks, with the page of one, and a tick shows
  /// it.
  void say(std::initializer_list<CheckState> states, std::uint8_t page, std::string_view message,
           float value = kNoValue) {
    std::copy(states.begin(), states.end(), host.snapshot.states.begin());
    host.snapshot.values[0] = value;
    const CheckState state = host.snapshot.states[page];
    const std::uint32_t age_ms = state == kPending ? kNoAge : 250;
    host.snapshot.page = {page, state, age_ms, CheckName{fmt::format("check-{}", page)},
                          Message{message}};
    driver.pass(1s);
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
    driver.tick();
  }
  void restart() {
    ++host.epoch;
    host.sequence = 0;
  }
  [[nodiscard]] HostAnswer answer() const {
    SlotCopy copy;
    copy.slot = *driver.slot_of(host);
    copy.planes = plane_bit(Plane::kRegistered);
    for (const Plane plane : {Plane::kKnown, Plane::kReporting, Plane::kHealthy, Plane::kDrained}) {
      if (driver.in(plane, host)) copy.planes |= plane_bit(plane);
    }
    REQUIRE(driver.host_table.read(copy.slot, copy.record, copy.messages));
    return render_host(copy, driver.view.head, driver.host_table, driver.options.stale_after,
                       driver.now);
  }
  [[nodiscard]] CheckResultAnswer check(std::size_t index) const {
    return answer().results.at(index);
  }

  FleetDriver driver;
  Host host{"web-1"};
};

TEST_CASE("a message stands beside the state and the value that it was told with, or not at all") {
  Shown shown;
  shown.say({kOk, kOk}, 0, "calm", 1);
  CHECK(shown.check(0).name == "check-0");
  CHECK(shown.check(0).message == "calm");
  CHECK(shown.check(0).age_seconds == 0.25);
  CHECK(shown.check(1).name.empty());
  CHECK(shown.check(1).message.empty());

  // Another state came, and its page did not yet.
  shown.say({kCritical, kOk}, 1, "fine", 97);
  CHECK(shown.check(0).state == "CRITICAL");
  CHECK(shown.check(0).value == 97);
  CHECK(shown.check(0).name == "check-0");
  CHECK(shown.check(0).message.empty());
  CHECK_FALSE(shown.check(0).age_seconds.has_value());
  CHECK(shown.check(0).earlier_message.empty());
  CHECK(shown.answer().row.message.empty());

  shown.say({kCritical, kOk}, 0, "97 % used", 97);
  CHECK(shown.check(0).message == "97 % used");
  CHECK(shown.answer().row.message == "97 % used");
  CHECK(shown.answer().row.check == "check-0");
  CHECK_FALSE(shown.answer().row.message_age_seconds.has_value());

  // A later run with the same state and another value: what the earlier one said is as of then.
  shown.say({kCritical, kOk}, 1, "fine", 98);
  const CheckResultAnswer later = shown.check(0);
  CHECK(later.value == 98);
  CHECK(later.message.empty());
  CHECK_FALSE(later.age_seconds.has_value());
  CHECK(later.earlier_message == "97 % used");
  CHECK(later.earlier_age_seconds == 1.25);
  CHECK(shown.answer().row.message == "97 % used");
  CHECK(shown.answer().row.message_age_seconds == 1.25);
}

TEST_CASE("what was told before the agent started anew is not shown, but its checks' names are") {
  Shown shown;
  shown.say({kCritical, kOk}, 0, "97 % used", 97);
  shown.restart();
  shown.say({kCritical, kOk}, 1, "fine", 97);
  CHECK(shown.check(0).message.empty());
  CHECK(shown.check(0).earlier_message.empty());
  CHECK(shown.check(0).name == "check-0");
  shown.restart();
  shown.say({kPending, kPending}, 1, "no result yet");
  CHECK(shown.check(1).message == "no result yet");
  CHECK_FALSE(shown.check(1).age_seconds.has_value());
}

TEST_CASE("a value that came or went is another run's, one that is absent stays the same") {
  Shown shown;
  shown.say({kOk, kOk}, 0, "calm");
  shown.say({kOk, kOk}, 1, "fine");
  CHECK(shown.check(0).message == "calm");
  CHECK(shown.check(0).age_seconds == 1.25);
  shown.say({kOk, kOk}, 1, "fine", 5);
  CHECK(shown.check(0).earlier_message == "calm");
  shown.say({kOk, kOk}, 0, "five", 5);
  CHECK(shown.check(0).message == "five");
  shown.say({kOk, kOk}, 1, "fine");
  CHECK(shown.check(0).earlier_message == "five");
}

TEST_CASE("a list's message is the worst check's: where that has not told yet, nobody's") {
  Shown shown;
  shown.say({kOk, kWarning, kOk}, 1, "slow");
  CHECK(shown.answer().row.message == "slow");
  shown.say({kCritical, kWarning, kOk}, 1, "slow");
  CHECK(shown.answer().row.message.empty());
  CHECK(shown.answer().row.check.empty());
  shown.say({kCritical, kWarning, kCritical}, 2, "gone");
  CHECK(shown.answer().row.message == "gone");
  CHECK(shown.answer().row.check == "check-2");
  shown.say({kCritical, kWarning, kCritical, kCritical}, 1, "slow");
  CHECK(shown.answer().row.message == "gone");
  shown.say({kOk, kOk, kOk}, 0, "fine");
  CHECK(shown.answer().row.message.empty());
}

TEST_CASE("why a host is failing, unknown or healthy without a result is said") {
  struct Row {
    const char* state;
    std::optional<CheckState> before;
    std::initializer_list<CheckState> now;
    const char* message;
    const char* reason;
  };
  const Row rows[] = {
      {"unknown", {}, {kPending, kPending}, "no result since its agent started", nullptr},
      {"unknown",
       {},
       {kPending, kOk},
       "no result of 1 of 2 checks since its agent started",
       nullptr},
      {"failing",
       kCritical,
       {kPending, kWarning},
       "no result of 1 of 2 checks since its agent started",
       nullptr},
      {"healthy", kOk, {kPending, kPending}, "", "as before: no result since its agent started"},
      {"healthy", kOk, {kOk, kOk}, "", ""},
      {"failing", kOk, {kPending, kCritical}, "told", ""}};
  for (const Row& row : rows) {
    CAPTURE(row.message);
    Shown shown;
    if (row.before) shown.say({*row.before, *row.before}, 0, "before");
    shown.restart();
    shown.say(row.now, 1, "told");
    const HostAnswer answer = shown.answer();
    CHECK(answer.row.state == row.state);
    CHECK(answer.row.message == row.message);
    CHECK(answer.reason == (row.reason != nullptr ? row.reason : row.message));
  }
}

TEST_CASE("of a silent host no reason is told but silence") {
  Shown shown;
  shown.say({kPending}, 0, "no result yet");
  shown.driver.pass(10s);
  CHECK(shown.answer().row.state == "silent");
  CHECK(shown.answer().reason.empty());
  CHECK(shown.answer().row.message.empty());
}

TEST_CASE("of a drain that was ended since the view no end is told") {
  Shown shown;
  shown.say({kOk}, 0, "fine");
  const AgentId agent = shown.host.credential.agent_id;
  const WallTime until = shown.driver.arrival().wall + 1h;
  REQUIRE(shown.driver.fleet.drain(agent, until).result == ActionResult::kDone);
  shown.driver.tick();
  CHECK(shown.answer().row.drained);
  CHECK_FALSE(shown.answer().drained_until.empty());
  REQUIRE(shown.driver.fleet.undrain(agent, shown.driver.arrival().wall).result ==
          ActionResult::kDone);
  CHECK(shown.answer().row.drained);  // As the view has it.
  CHECK(shown.answer().drained_until.empty());
}

TEST_CASE("heard is when a snapshot last counted; a late one is told beside it, with its lag") {
  Shown shown;
  shown.say({kOk}, 0, "fine");
  CHECK_FALSE(shown.answer().row.late);
  const Datagram held = shown.host.say(shown.driver.now + 1s);
  shown.driver.pass(20s);
  REQUIRE(shown.driver.hear(held) == Outcome::kLate);
  shown.driver.pass(1s);
  const HostAnswer answer = shown.answer();
  CHECK(answer.row.state == "silent");
  CHECK(answer.row.late);
  CHECK(answer.row.heard_seconds_ago == 21);
  CHECK(answer.lag_seconds > answer.window_seconds);
  const auto page = to_json(answer);
  CHECK(page.find(R"("late":true)") != std::string::npos);
}

TEST_CASE("an epoch is told by its time, to the second, and its number stands nowhere") {
  const std::uint64_t began_ms = 1'700'000'123'456;
  for (const std::uint64_t random :
       {std::uint64_t{0}, std::uint64_t{0x2A'5A5A}, (std::uint64_t{1} << kEpochRandomBits) - 1}) {
    Shown shown;
    shown.host.epoch = began_ms << kEpochRandomBits | random;
    shown.say({kOk}, 0, "fine");
    const HostAnswer answer = shown.answer();
    CHECK(answer.epoch == "2023-11-14T22:15:23.000Z");
    const std::string json = to_json(answer);
    const std::uint64_t epoch = shown.host.epoch;
    for (const std::string& told : {fmt::format("{}", epoch), fmt::format("{:x}", epoch),
                                    fmt::format("{}", began_ms), fmt::format("{:x}", began_ms)}) {
      CHECK(json.find(told) == std::string::npos);
    }
    if (random == 0) continue;
    CHECK(json.find(fmt::format("{:x}", random)) == std::string::npos);
    CHECK(json.find(fmt::format("{}", random)) == std::string::npos);
  }
  Shown last;
  last.host.epoch = std::numeric_limits<std::uint64_t>::max();
  last.say({kOk}, 0, "fine");
  CHECK(last.answer().epoch == "2109-05-15T07:35:11.000Z");
}

TEST_CASE("send times and uptimes of up to 2^53 ms are told as they are, and nothing overflows") {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  SlotCopy copy;
  copy.record.name = HostName{"web-1"};
  copy.record.heard = true;
  for (const std::int64_t skew : {kMost, -kMost}) {
    copy.record.skew = Milliseconds{skew};
    copy.record.uptime = Milliseconds{kMost};
    copy.record.lag = Duration::max();
    const FleetDriver driver;
    const HostAnswer answer = render_host(copy, driver.view.head, driver.host_table, 4, driver.now);
    CHECK(answer.skew_seconds == static_cast<double>(skew) / 1000);
    CHECK(answer.uptime_seconds == static_cast<double>(kMost) / 1000);
    CHECK(answer.lag_seconds == doctest::Approx(9.223372036e9));
    CHECK(host_from_json(to_json(answer)).value().skew_seconds == answer.skew_seconds);
  }
  ViewHead head;
  head.notice_count = 2;
  head.notices[0] = {HostName{"web-1"}, {}, Outcome::kSkewed, Milliseconds{kMost}};
  head.notices[1] = {HostName{"web-2"}, {}, Outcome::kSkewed, Milliseconds{-kMost}};
  const SummaryAnswer summary = render_summary(head, {}, Instant{});
  CHECK(summary.notices[0].detail == "its clock is 9007199254741.0 s behind the collector's");
  CHECK(summary.notices[1].detail == "its clock is 9007199254741.0 s ahead of the collector's");
}

TEST_CASE("of a silent host whose datagrams are refused as stale it is said what mends it") {
  ViewHead head;
  head.notice_count = 1;
  head.notices[0] = {HostName{"web-1"}, {}, Outcome::kStale, {}};
  CHECK(render_summary(head, {}, Instant{}).notices[0].detail ==
        "it is silent, and this does not follow its last snapshot; restart its agent, or: flatline "
        "reset web-1");
}

TEST_CASE("the summary tells how many hosts gave up their slots, and who was the last and when") {
  ViewHead head;
  const SummaryAnswer none = render_summary(head, {}, Instant{});
  CHECK(none.forgotten.hosts == 0);
  CHECK(none.forgotten.last.empty());
  CHECK(to_json(none).find(R"("forgotten":{"hosts":0})") != std::string::npos);
  head.forgotten = 2;
  head.last_forgotten = HostName{"web-1"};
  head.last_forgotten_at = WallTime{1'700'000'000s};
  const SummaryAnswer two = render_summary(head, {}, Instant{});
  CHECK(two.forgotten.hosts == 2);
  CHECK(two.forgotten.last == "web-1");
  CHECK(two.forgotten.last_at == "2023-11-14T22:13:20.000Z");
}

TEST_CASE("a host that says the most of its clock and its uptime is taken and told") {
  Shown shown;
  shown.say({kOk}, 0, "fine");
  // Not by say(), which would set both to what the test's clocks show.
  shown.host.snapshot.sent_at = WallTime{Milliseconds{std::int64_t{1} << 53}};
  shown.host.snapshot.uptime = Milliseconds{std::int64_t{1} << 53};
  Datagram datagram;
  seal_datagram({shown.host.credential.key_id, shown.host.credential.generation,
                 shown.host.credential.agent_id, shown.host.epoch, ++shown.host.sequence},
                shown.host.snapshot, shown.host.credential.key, datagram);
  REQUIRE(shown.driver.hear(datagram) == Outcome::kAccepted);
  const HostAnswer answer = shown.answer();
  CHECK(answer.skew_seconds < -9e12);
  CHECK(answer.uptime_seconds > 9e12);
}

}  // namespace
}  // namespace flatline
