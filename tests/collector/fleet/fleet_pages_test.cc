// What detail pages leave in a host's row: names, and messages with what they were told of.

#include <doctest/doctest.h>

#include <array>

#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr CheckState kOk = CheckState::kOk;
constexpr CheckState kWarning = CheckState::kWarning;
constexpr CheckState kCritical = CheckState::kCritical;
constexpr CheckState kPending = CheckState::kPending;

struct Pages {
  explicit Pages(unsigned messages_per_host = kDefaultMessagesPerHost)
      : driver([&] {
          FleetOptions options = FleetDriver::default_options();
          options.messages_per_host = messages_per_host;
          return options;
        }()) {
    host.snapshot.states = {kOk, kOk};
    host.snapshot.values[0] = 1;
    host.snapshot.values[1] = 1;
  }

  /// A second passes, and the host says what its snapshot holds, with the page of this check.
  void say(std::uint8_t index, std::uint32_t age_ms = 5) {
    host.snapshot.page = {index, host.snapshot.states[index], age_ms,
                          CheckName{"check-" + std::to_string(index)},
                          Message{"message " + std::to_string(index)}};
    driver.pass(1s);
    REQUIRE(driver.hear(host) == Outcome::kAccepted);
  }
  [[nodiscard]] std::string name(unsigned index) const {
    return std::string(
        driver.host_table.check_name(driver.record_of(host).check_names[index]).view());
  }
  /// The messages that are kept, in the order of their places.
  [[nodiscard]] std::vector<std::string> kept() const {
    std::array<KeptMessage, kChecks> messages;
    HostRecord record;
    REQUIRE(driver.host_table.read(*driver.slot_of(host), record, messages));
    std::vector<std::string> texts;
    for (unsigned i = 0; i < record.message_count; ++i) {
      texts.emplace_back(messages[i].message.view());
    }
    return texts;
  }

  FleetDriver driver;
  Host host{"host"};
};

}  // namespace

TEST_CASE("a message is kept with the state and the value it was told with, and its run's time") {
  Pages pages;
  pages.host.snapshot.states[1] = kCritical;
  pages.say(1);
  pages.host.snapshot.states[1] = kOk;
  pages.host.snapshot.values[1] = 2;
  pages.say(0);
  std::array<KeptMessage, kChecks> messages;
  HostRecord record;
  REQUIRE(pages.driver.host_table.read(*pages.driver.slot_of(pages.host), record, messages));
  REQUIRE(record.message_count == 2);
  CHECK(messages[0].index == 1);
  CHECK(messages[0].state == kCritical);
  CHECK(messages[0].value == 1);
  CHECK(messages[0].has_run);
  CHECK(messages[0].run_at == pages.driver.now - 1s - 5ms);
  CHECK(messages[1].index == 0);
  CHECK(messages[1].run_at == pages.driver.now - 5ms);
}

TEST_CASE("an age that a page cannot tell is no run") {
  Pages pages;
  pages.host.snapshot.states[0] = kPending;
  pages.say(0, kNoAge);
  std::array<KeptMessage, kChecks> messages;
  HostRecord record;
  REQUIRE(pages.driver.host_table.read(*pages.driver.slot_of(pages.host), record, messages));
  CHECK_FALSE(messages[0].has_run);
}

TEST_CASE("names outlive a restart of the agent, messages do not; its configuration ends both") {
  Pages pages;
  pages.say(0);
  pages.say(1);
  ++pages.host.epoch;
  pages.host.sequence = 0;
  pages.host.snapshot.states = {kPending, kPending};
  pages.say(0);
  CHECK(pages.name(1) == "check-1");
  CHECK(pages.kept() == std::vector<std::string>{"message 0"});
  pages.say(1);
  pages.host.snapshot.config_hash = 2;
  pages.say(0);
  CHECK(pages.name(0) == "check-0");
  CHECK(pages.name(1).empty());
  CHECK(pages.kept() == std::vector<std::string>{"message 0"});
}

TEST_CASE("where messages find no place, that of a better state gives way to that of a worse") {
  Pages pages(2);
  pages.host.snapshot.states = {kOk, kWarning, kWarning, CheckState::kUnknown, kCritical};
  pages.say(1);
  pages.say(2);
  pages.say(0);
  CHECK(pages.kept() == std::vector<std::string>{"message 1", "message 2"});
  pages.say(3);
  CHECK(pages.kept() == std::vector<std::string>{"message 3", "message 2"});
  pages.say(4);
  CHECK(pages.kept() == std::vector<std::string>{"message 3", "message 4"});
  pages.say(1);
  CHECK(pages.kept() == std::vector<std::string>{"message 3", "message 4"});
  pages.host.snapshot.states[4] = kOk;
  pages.say(1);
  CHECK(pages.kept() == std::vector<std::string>{"message 3", "message 1"});
}
