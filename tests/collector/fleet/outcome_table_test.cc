// Holds the table of outcomes in CONTRACT.md against the fleet: a datagram that fails one test has
// that test's outcome, and one that fails two has the outcome that stands first in the table.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <span>

#include "tests/harness/files.h"
#include "tests/harness/fleet_driver.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::FleetDriver;
using test::Host;

/// The outcomes of the table, from its first row to its last.
const std::vector<std::string>& rows_of_the_table() {
  static const std::vector<std::string> rows = [] {
    const std::string text = content_of(source_file("schema/CONTRACT.md"));
    std::vector<std::string> found;
    std::size_t at = text.find("\n| outcome | meaning |");
    REQUIRE(at != std::string::npos);
    const std::size_t end = text.find("\n\n", at);
    while ((at = text.find("\n| `", at)) < end) {
      at += 4;
      found.push_back(text.substr(at, text.find('`', at) - at));
    }
    return found;
  }();
  return rows;
}

std::size_t row_of(Outcome outcome) {
  const auto& rows = rows_of_the_table();
  const auto row = std::ranges::find(rows, outcome_name(outcome));
  REQUIRE(row != rows.end());
  return static_cast<std::size_t>(row - rows.begin());
}

FleetOptions small_fleet() {
  FleetOptions options = FleetDriver::default_options();
  options.capacity = kMinCapacity;
  return options;
}

/// A fleet, and one datagram of web-1 on its way to it.
struct Trial {
  explicit Trial(bool is_known) {
    if (!is_known) return;
    for (int i = 0; i < 3; ++i) REQUIRE(fleet.hear(web) == Outcome::kAccepted);
    fleet.tick();
  }

  /// Fills `header` and `snapshot` for a datagram that nothing is wrong with.
  void write() {
    web.say(fleet.now);
    snapshot = web.snapshot;
    header = {web.credential.key_id, web.credential.generation, web.credential.agent_id, web.epoch,
              web.sequence};
  }
  void seal() {
    Datagram datagram;
    seal_datagram(header, snapshot, web.credential.key, datagram);
    bytes.assign(datagram.begin(), datagram.end());
  }
  Outcome arrive() {
    fleet.live();
    return fleet.fleet.accept(bytes, test::address_of(7), fleet.arrival());
  }

  FleetDriver fleet{small_fleet()};
  Host web{"web-1"};
  Header header;
  Snapshot snapshot;
  std::vector<std::byte> bytes;
};

/// What makes a datagram fail one test. Each part may be empty.
struct Fault {
  Outcome outcome;
  void (*long_before)(Trial&) = nullptr;  ///< Happens before anything else.
  void (*before)(Trial&) = nullptr;       ///< Happens to the fleet before the datagram is written.
  void (*written)(Trial&) = nullptr;      ///< Changes what is sealed.
  void (*on_its_way)(Trial&) = nullptr;
  void (*arriving)(Trial&) = nullptr;  ///< Happens just before it arrives.
};

constexpr std::size_t kVersionAt = 4;

void flip(Trial& trial, std::size_t at) {
  trial.bytes[at] ^= std::byte{0x80};
}

/// Forges more of the same, until none is opened any more.
void exhaust_budget(Trial& trial) {
  const std::vector<std::byte> bytes = trial.bytes;
  flip(trial, bytes.size() - 2);
  Outcome outcome = Outcome::kBadTag;
  for (int i = 0; i < 100'000 && outcome == Outcome::kBadTag; ++i) outcome = trial.arrive();
  trial.bytes = bytes;
}

/// Those that can meet any host.
const std::vector<Fault> kOfAnyHost = {
    {.outcome = Outcome::kWrongSize, .on_its_way = [](Trial& trial) { trial.bytes.pop_back(); }},
    {.outcome = Outcome::kWrongMagic, .on_its_way = [](Trial& trial) { flip(trial, 0); }},
    {.outcome = Outcome::kWrongVersion,
     .on_its_way = [](Trial& trial) { flip(trial, kVersionAt); }},
    {.outcome = Outcome::kUnknownKey, .written = [](Trial& trial) { trial.header.key_id = 99; }},
    {.outcome = Outcome::kOverBudget, .arriving = exhaust_budget},
    {.outcome = Outcome::kBadTag,
     .on_its_way = [](Trial& trial) { flip(trial, trial.bytes.size() - 1); }},
    {.outcome = Outcome::kRevoked,
     .before =
         [](Trial& trial) {
           trial.fleet.fleet.revoke(trial.web.credential.agent_id, HostName{"web-1"}, 1);
         }},
    {.outcome = Outcome::kMalformed,
     .written = [](Trial& trial) { trial.snapshot.interval = kMinInterval; }},
    {.outcome = Outcome::kNameMismatch,
     .written = [](Trial& trial) { trial.snapshot.name = HostName{"web-2"}; }},
    {.outcome = Outcome::kAccepted}};

/// Those of a host whose (epoch, sequence) is known.
const std::vector<Fault> kOfKnownHosts = {
    {.outcome = Outcome::kStale, .written = [](Trial& trial) { trial.header.sequence = 1; }},
    {.outcome = Outcome::kTombstoned,
     .before = [](Trial& trial) { trial.fleet.fleet.forget(trial.web.credential.agent_id); }},
    {.outcome = Outcome::kLate, .on_its_way = [](Trial& trial) { trial.fleet.now += 10s; }}};

/// Those of a first contact.
const std::vector<Fault> kOfNewcomers = {
    {.outcome = Outcome::kTombstoned,
     .long_before =
         [](Trial& trial) {
           const AgentId agent = trial.web.credential.agent_id;
           REQUIRE(trial.fleet.hear(trial.web) == Outcome::kAccepted);
           trial.fleet.fleet.forget(agent);
           trial.fleet.fleet.reset(agent, WallTime{});
         }},
    {.outcome = Outcome::kSkewed, .before = [](Trial& trial) { trial.web.wall_ahead = 6min; }},
    {.outcome = Outcome::kFleetFull, .before = [](Trial& trial) {
       trial.fleet.pass(1s);  // What is opened in a second fills this fleet.
       for (std::uint32_t i = 0; i < kMinCapacity; ++i) {
         Host other(fmt::format("other-{}", i));
         REQUIRE(trial.fleet.hear(other) == Outcome::kAccepted);
       }
       trial.fleet.tick();
     }}};

/// All that can meet such a host, in the order of the table.
std::vector<Fault> faults_of(bool is_known) {
  std::vector<Fault> faults = kOfAnyHost;
  const auto& others = is_known ? kOfKnownHosts : kOfNewcomers;
  faults.insert(faults.end(), others.begin(), others.end());
  std::ranges::sort(faults, {}, [](const Fault& fault) { return row_of(fault.outcome); });
  return faults;
}

/// What comes of a datagram that has both faults.
Outcome outcome_of(Trial& trial, const Fault& first, const Fault& second) {
  const auto happen = [&](void (*Fault::*part)(Trial&)) {
    for (const Fault* fault : {&first, &second}) {
      if (fault->*part != nullptr) (fault->*part)(trial);
    }
  };
  happen(&Fault::long_before);
  happen(&Fault::before);
  trial.write();
  happen(&Fault::written);
  trial.seal();
  happen(&Fault::on_its_way);
  happen(&Fault::arriving);
  return trial.arrive();
}

TEST_CASE("the table has every outcome once") {
  CHECK(rows_of_the_table().size() == kOutcomes);
  for (std::size_t i = 0; i < kOutcomes; ++i) row_of(static_cast<Outcome>(i));
  std::set<std::string> shown;
  for (const bool is_known : {false, true}) {
    for (const Fault& fault : faults_of(is_known)) shown.emplace(outcome_name(fault.outcome));
  }
  CHECK(shown.size() == kOutcomes);
}

TEST_CASE("who fails one test has its outcome, and who fails two that of the table's first") {
  for (const bool is_known : {false, true}) {
    const std::vector<Fault> faults = faults_of(is_known);
    for (std::size_t i = 0; i < faults.size(); ++i) {
      for (std::size_t j = i; j < faults.size(); ++j) {
        CAPTURE(is_known);
        CAPTURE(std::string(outcome_name(faults[i].outcome)));
        CAPTURE(std::string(outcome_name(faults[j].outcome)));
        Trial trial(is_known);
        const Fault& other = i == j ? kOfAnyHost.back() : faults[j];
        CHECK(outcome_of(trial, faults[i], other) == faults[i].outcome);
      }
    }
  }
}

/// What comes of a datagram of an older epoch, or of one that repeats the last sequence of a host
/// which has fallen silent meanwhile, and that has this fault.
Outcome outcome_of_old(bool is_of_older_epoch, const Fault& fault) {
  Trial trial(true);
  if (!is_of_older_epoch) trial.fleet.pass(10s);
  trial.write();
  if (is_of_older_epoch) {
    trial.header.epoch -= 1;
  } else {
    trial.header.sequence -= 1;
  }
  if (fault.before != nullptr) fault.before(trial);
  if (fault.written != nullptr) fault.written(trial);
  trial.seal();
  if (fault.on_its_way != nullptr) fault.on_its_way(trial);
  if (fault.arriving != nullptr) fault.arriving(trial);
  return trial.arrive();
}

TEST_CASE("older epochs, and what a silent host repeats, are opened and are stale in the end") {
  for (const bool is_of_older_epoch : {false, true}) {
    CAPTURE(is_of_older_epoch);
    for (const Fault& fault : kOfAnyHost) {
      CAPTURE(std::string(outcome_name(fault.outcome)));
      const bool is_good = fault.outcome == Outcome::kAccepted;
      CHECK(outcome_of_old(is_of_older_epoch, fault) ==
            (is_good ? Outcome::kStale : fault.outcome));
    }
  }
}

TEST_CASE("epoch 0 is nobody's: it is stale, of a host that is known and of one that is not") {
  for (const bool is_known : {false, true}) {
    for (const std::uint64_t sequence : {0, 1}) {
      Trial trial(is_known);
      trial.write();
      trial.header.epoch = 0;
      trial.header.sequence = sequence;
      trial.seal();
      CHECK(trial.arrive() == Outcome::kStale);
    }
  }
}

TEST_CASE("nothing of a host changes before the last test is passed") {
  for (const Fault& fault : faults_of(true)) {
    if (fault.outcome >= Outcome::kLate || fault.outcome == Outcome::kTombstoned) continue;
    CAPTURE(std::string(outcome_name(fault.outcome)));
    Trial trial(true);
    const HostRecord before = trial.fleet.record_of(trial.web);
    outcome_of(trial, fault, kOfAnyHost.back());
    const HostRecord after = trial.fleet.record_of(trial.web);
    CHECK(std::ranges::equal(std::as_bytes(std::span(&before, 1)),
                             std::as_bytes(std::span(&after, 1))));
  }
}

}  // namespace
}  // namespace flatline
