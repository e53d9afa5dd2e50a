#include "tools/sim/simulated_fleet.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/core/schedule.h"
#include "schema/program/cryptography.h"
#include "tests/tools/sim/listener.h"
#include "tools/sim/limits.h"

namespace flatline::sim {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kWall{Milliseconds{1'700'000'000'000}};

/// Runs a simulated fleet for some intervals without clocks or sockets.
class Rehearsal {
 public:
  Rehearsal(std::string_view scenario, FleetOptions options, std::string_view labels = "")
      : options_(with_key(std::move(options))),
        labels_(parse_labels(labels), options_.hosts, options_.seed),
        script_(parse_scenario(scenario), labels_, options_.seed,
                simulated_checks(options_.checks)),
        fleet_(options_, script_, labels_),
        cycle_(fleet_.phases(), options_.interval, start_, start_) {}

  /// Returns everything that is sent in the next interval, in order.
  std::vector<Heard> interval() {
    std::vector<Heard> heard;
    for (std::size_t slot = 0; slot < fleet_.phases().size(); ++slot) {
      const Instant now = cycle_.next().deadline;
      const auto since_start = now - start_;
      while (phase_ + 1 < script_.phase_count() && script_.start_of(phase_ + 1) <= since_start) {
        ++phase_;
      }
      // The crystal of the machine that simulates is 1 % slow, and its other clocks are slewed.
      const Moment moment{now, kWall + std::chrono::duration_cast<Milliseconds>(since_start),
                          start_ + since_start * 99 / 100};
      Datagram datagram;
      if (const auto spoken = fleet_.speak(cycle_.next(), phase_, moment, datagram)) {
        const bool is_old = datagram[5] == std::byte{options_.key.key_id};
        heard.push_back(open(is_old ? options_.key : *options_.next_key, datagram));
        heard.back().is_clone = spoken->is_clone;
        REQUIRE(spoken->sequence == heard.back().header.sequence);
      }
      cycle_.advance();
    }
    return heard;
  }

  std::uint32_t rotate(std::uint32_t hosts) { return fleet_.rotate(hosts); }
  [[nodiscard]] const FleetOptions& options() const { return options_; }

 private:
  static FleetOptions with_key(FleetOptions options) {
    initialize_cryptography();
    options.key = make_fleet_key();
    options.next_key = rotate_fleet_key(options.key);
    return options;
  }

  FleetOptions options_;
  HostLabels labels_;
  Script script_;
  SimulatedFleet fleet_;
  Instant start_{1000s};
  Cycle cycle_;
  std::size_t phase_ = 0;
};

std::size_t count(const std::vector<Heard>& heard, CheckState state) {
  return static_cast<std::size_t>(std::count_if(heard.begin(), heard.end(), [&](const Heard& one) {
    const auto& states = one.snapshot.states;
    return std::find(states.begin(), states.end(), state) != states.end();
  }));
}

TEST_CASE("names have five digits, more in larger fleets") {
  FleetOptions options;
  options.hosts = 10'000;
  CHECK(simulated_name(options, 0) == "sim-00001");
  CHECK(simulated_name(options, 9'999) == "sim-10000");
  options.hosts = 1'000'000;
  options.name_prefix = "copy-";
  CHECK(simulated_name(options, 0) == "copy-0000001");
  CHECK(simulated_name(options, 999'999) == "copy-1000000");
}

TEST_CASE("each host speaks once an interval, at its own agent's phase, with its own key") {
  Rehearsal fleet("0s healthy", {.hosts = 200});
  for (std::uint64_t interval = 1; interval <= 4; ++interval) {
    const auto heard = fleet.interval();
    std::set<std::string> names;
    for (const Heard& one : heard) {
      names.insert(std::string{one.snapshot.name.view()});
      CHECK(one.header.sequence == interval);
      CHECK(one.header.agent_id ==
            agent_id_of(fleet.options().key.fleet, one.snapshot.name.view()));
      const Duration phase = phase_of(one.header.agent_id, 1s);
      CHECK(one.snapshot.sent_at ==
            kWall + std::chrono::duration_cast<Milliseconds>((interval - 1) * 1s + phase));
      CHECK(one.snapshot.page.index != kNoPage);
    }
    CHECK(heard.size() == 200);
    CHECK(names.size() == 200);
    CHECK(names.contains("sim-00001"));
    CHECK(count(heard, CheckState::kPending) == 0);
  }
}

TEST_CASE("the first hosts and their clones take the next key, and their sequences go on") {
  Rehearsal fleet("0s healthy", {.hosts = 20, .clones = 3});
  const auto rotated = [&] {
    std::set<std::string> names;
    for (const Heard& one : fleet.interval()) {
      if (one.header.key_id == fleet.options().next_key->key_id) {
        names.insert(std::string{one.snapshot.name.view()} + (one.is_clone ? " twice" : ""));
      }
    }
    return names;
  };
  for (std::uint64_t i = 0; i <= kCloneStartIntervals; ++i) CHECK(rotated().empty());
  CHECK(fleet.rotate(2) == 2);
  CHECK(rotated() ==
        std::set<std::string>{"sim-00001", "sim-00001 twice", "sim-00002", "sim-00002 twice"});
  CHECK(fleet.rotate(5) == 7);
  CHECK(rotated().size() == 10);
  CHECK(fleet.rotate(100) == 20);
  for (const Heard& one : fleet.interval()) {
    if (one.snapshot.name.view() != "sim-00001" || one.is_clone) continue;
    CHECK(one.header.sequence == kCloneStartIntervals + 4);
    CHECK(one.header.key_id == 2);
  }
}

TEST_CASE("hosts do what the scenario says at their next snapshot") {
  Rehearsal fleet(
      "0s healthy; 1s fail 10%, warn 20%; 2s silent 30 hosts, flap 5 hosts; 3s flap 10%; 5s "
      "healthy",
      {.hosts = 100, .checks = 32});
  CHECK(count(fleet.interval(), CheckState::kOk) == 100);

  const auto failing = fleet.interval();
  CHECK(failing.size() == 100);
  CHECK(count(failing, CheckState::kCritical) == 10);
  CHECK(count(failing, CheckState::kWarning) == 20);

  CHECK(fleet.interval().size() == 70);

  CHECK(count(fleet.interval(), CheckState::kCritical) == 0);
  CHECK(count(fleet.interval(), CheckState::kCritical) == 10);

  const auto healthy = fleet.interval();
  CHECK(healthy.size() == 100);
  CHECK(count(healthy, CheckState::kCritical) == 0);
  // Silent hosts went on as if their network was dead, so their sequence shows what was lost.
  for (const Heard& one : healthy) CHECK(one.header.sequence == 6);
}

TEST_CASE("hosts say their labels, and fail by the check that the scenario chooses") {
  Rehearsal fleet("0s healthy; 1s fail rack=r2 check=disk; 2s flap rack=r2 check=memory",
                  {.hosts = 100}, "zone=a,b; rack=r[1-4] in zone");
  fleet.interval();
  std::size_t failing = 0;
  for (const Heard& one : fleet.interval()) {
    const bool is_meant = one.snapshot.labels.view() == "zone=a,rack=r2";
    failing += is_meant ? 1 : 0;
    CHECK((one.snapshot.states[2] == CheckState::kCritical) == is_meant);
    CHECK(one.snapshot.states[0] == CheckState::kOk);
    CHECK(one.snapshot.states[1] == CheckState::kOk);
  }
  CHECK(failing == 25);
  std::size_t flapping = count(fleet.interval(), CheckState::kCritical);
  flapping += count(fleet.interval(), CheckState::kCritical);
  CHECK(flapping == 25);
  CHECK(simulated_checks(10) == std::vector<std::string>{"load", "memory", "disk", "process", "tcp",
                                                         "systemd", "file_age", "exec", "check-09",
                                                         "check-10"});
}

TEST_CASE("a restart is a new epoch and one snapshot with all checks PENDING") {
  Rehearsal fleet("0s fail 100%; 1s restart 40%; 3s healthy; 4s restart 40%", {.hosts = 10});
  std::map<std::string, std::uint64_t> epochs;
  for (const Heard& one : fleet.interval()) {
    epochs[std::string{one.snapshot.name.view()}] = one.header.epoch;
  }
  for (const std::size_t restarted : {4, 0, 0, 4, 0}) {
    const auto heard = fleet.interval();
    CHECK(heard.size() == 10);
    CHECK(count(heard, CheckState::kPending) == restarted);
    CHECK(count(heard, CheckState::kCritical) == 0);
    for (const Heard& one : heard) {
      std::uint64_t& epoch = epochs[std::string{one.snapshot.name.view()}];
      const bool is_new = one.snapshot.states[0] == CheckState::kPending;
      CHECK(one.header.epoch >= epoch);
      CHECK((one.header.epoch > epoch) == is_new);
      if (is_new) CHECK(one.header.sequence == 1);
      epoch = one.header.epoch;
    }
  }
}

TEST_CASE("a leaving host says so for some intervals, stops, and starts anew when it comes back") {
  Rehearsal fleet("0s healthy; 1s leave 3 hosts; 10s healthy", {.hosts = 5});
  const auto leaving = [](const std::vector<Heard>& heard) {
    return std::count_if(heard.begin(), heard.end(),
                         [](const Heard& one) { return one.snapshot.leaving; });
  };
  CHECK(leaving(fleet.interval()) == 0);
  for (unsigned i = 0; i < kLeaveIntervals; ++i) {
    const auto heard = fleet.interval();
    CHECK(heard.size() == 5);
    CHECK(leaving(heard) == 3);
  }
  for (unsigned i = kLeaveIntervals + 1; i < 10; ++i) CHECK(fleet.interval().size() == 2);
  const auto back = fleet.interval();
  CHECK(back.size() == 5);
  CHECK(leaving(back) == 0);
  CHECK(count(back, CheckState::kPending) == 3);
}

TEST_CASE("phases shorter than an interval are lived through") {
  Rehearsal fleet("0s healthy; 1s healthy; 1001ms restart 100%; 1002ms healthy", {.hosts = 20});
  fleet.interval();
  fleet.interval();
  // Hosts that had not sent yet when the phase came restarted in it, the others in their next turn.
  std::size_t restarted = 0;
  for (const Heard& one : fleet.interval()) restarted += one.header.sequence <= 2 ? 1 : 0;
  CHECK(restarted == 20);
}

TEST_CASE("a clone starts later, with a higher epoch, and both go on with newer sequences") {
  Rehearsal fleet("0s healthy; 6s fail 100%", {.hosts = 10, .clones = 2});
  std::map<std::string, std::uint64_t> original_epochs;
  for (std::uint64_t interval = 0; interval < 8; ++interval) {
    const auto heard = fleet.interval();
    CHECK(heard.size() == (interval < kCloneStartIntervals ? 10 : 12));
    for (const Heard& one : heard) {
      const std::string name{one.snapshot.name.view()};
      if (!one.is_clone) {
        CHECK(one.header.sequence == interval + 1);
        CHECK(original_epochs.try_emplace(name, one.header.epoch).first->second ==
              one.header.epoch);
        continue;
      }
      CHECK((name == "sim-00001" || name == "sim-00002"));
      CHECK(one.header.sequence == interval + 1 - kCloneStartIntervals);
      CHECK(one.header.epoch > original_epochs.at(name));
      const Duration phase = (phase_of(one.header.agent_id, 1s) + 500ms) % 1s;
      CHECK(one.snapshot.sent_at ==
            kWall + std::chrono::duration_cast<Milliseconds>(interval * 1s + phase));
    }
    // To the scenario it is the same host.
    CHECK(count(heard, CheckState::kCritical) == (interval < 6 ? 0 : 12));
  }
}

TEST_CASE("clocks are off by up to the skew, each host's always the same way") {
  Rehearsal fleet("0s healthy", {.hosts = 100, .skew = 60s});
  std::map<std::string, Milliseconds> skews;
  for (int interval = 0; interval < 3; ++interval) {
    for (const Heard& one : fleet.interval()) {
      const Duration phase = phase_of(one.header.agent_id, 1s);
      const Milliseconds skew =
          one.snapshot.sent_at -
          (kWall + std::chrono::duration_cast<Milliseconds>(interval * 1s + phase));
      CHECK(std::chrono::abs(skew) <= 60s);
      CHECK(skews.try_emplace(std::string{one.snapshot.name.view()}, skew).first->second == skew);
    }
  }
  const auto [least, most] = std::minmax_element(
      skews.begin(), skews.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  CHECK(least->second < -40s);
  CHECK(most->second > 40s);
}

/// Everything that is sent in so many intervals, in order.
std::vector<Heard> some_intervals(Rehearsal& fleet, int intervals) {
  std::vector<Heard> all;
  for (int interval = 0; interval < intervals; ++interval) {
    for (Heard& one : fleet.interval()) all.push_back(one);
  }
  return all;
}

/// How far the wall clock got ahead of uptime between two snapshots.
Milliseconds ran_ahead(const Heard& from, const Heard& to) {
  return (to.snapshot.sent_at - from.snapshot.sent_at) -
         (to.snapshot.uptime - from.snapshot.uptime);
}

TEST_CASE("uptime goes on as the crystal does, through restarts of the agent too") {
  Rehearsal fleet("0s healthy; 50s restart 100%", {.hosts = 10});
  std::map<std::string, Milliseconds> uptimes;
  for (const Heard& one : fleet.interval()) {
    uptimes[std::string{one.snapshot.name.view()}] = one.snapshot.uptime;
  }
  for (int interval = 1; interval < 100; ++interval) fleet.interval();
  for (const Heard& one : fleet.interval()) {
    const Milliseconds progress =
        one.snapshot.uptime - uptimes.at(std::string{one.snapshot.name.view()});
    CHECK(std::chrono::abs(progress - 99s) <= 1ms);
  }
}

TEST_CASE("within an epoch, send time and uptime go on alike, whatever befalls a host") {
  Rehearsal fleet(
      "0s healthy; 5s restart 20%, silent 20%, pause 30%, flap 5%; 11s healthy; 20s reboot 30%, "
      "pause 20%; 40s put-back 50%; 50s leave 20%; 60s healthy",
      {.hosts = 100, .clones = 20, .skew = 60s});
  struct Last {
    Heard first;
    Heard last;
    unsigned epochs = 1;
  };
  std::map<std::pair<std::string, bool>, Last> hosts;
  for (const Heard& one : some_intervals(fleet, 70)) {
    Last& host = hosts
                     .try_emplace({std::string{one.snapshot.name.view()}, one.is_clone},
                                  Last{.first = one, .last = one})
                     .first->second;
    if (one.header.epoch != host.last.header.epoch) {
      CHECK(one.header.epoch > host.last.header.epoch);
      CHECK(one.header.sequence == 1);
      ++host.epochs;
      host.first = one;
    } else if (one.header.sequence != host.last.header.sequence) {
      CHECK(one.header.sequence > host.last.header.sequence);
      CHECK(one.snapshot.uptime > host.last.snapshot.uptime);
    }
    CHECK(std::chrono::abs(ran_ahead(host.first, one)) < 10s);
    host.last = one;
  }
  CHECK(hosts.size() == 120);
  // A pause of 6 s began none.
  CHECK(std::ranges::count(hosts, 1U, [](const auto& host) { return host.second.epochs; }) > 10);
}

TEST_CASE("a reboot is a restart, and uptime begins anew") {
  Rehearsal fleet("0s healthy; 3s reboot 1; 4s healthy", {.hosts = 1});
  const auto heard = some_intervals(fleet, 6);
  REQUIRE(heard.size() == 6);
  CHECK(heard[3].header.epoch > heard[2].header.epoch);
  CHECK(heard[3].header.sequence == 1);
  CHECK(heard[3].snapshot.uptime == 0ms);
  CHECK(heard[3].snapshot.states[0] == CheckState::kPending);
  CHECK(std::chrono::abs(heard[5].snapshot.uptime - 1'980ms) <= 1ms);
  CHECK(heard[5].header.epoch == heard[3].header.epoch);
}

TEST_CASE("a paused machine says nothing, and its agent sees a long pause by its clocks") {
  struct Row {
    std::string_view scenario;
    int paused;
    bool is_new;
  };
  for (const Row& row :
       {Row{"0s healthy; 2s pause 1; 8s healthy", 6, false},
        Row{"0s healthy; 2s pause 1; 20s healthy", 18, true},
        Row{"0s healthy; 2s pause 1; 10s pause 1, fail 0; 20s fail 1", 18, true}}) {
    CAPTURE(row.scenario);
    Rehearsal fleet(row.scenario, {.hosts = 1});
    const auto heard = some_intervals(fleet, row.paused + 4);
    REQUIRE(heard.size() == 4);
    CHECK(heard[2].snapshot.sent_at - heard[1].snapshot.sent_at == (row.paused + 1) * 1s);
    // It stood still from its first turn in the pause to the first after it.
    CHECK(std::chrono::abs(heard[2].snapshot.uptime - heard[1].snapshot.uptime - 990ms) <= 1ms);
    CHECK((heard[2].header.epoch > heard[1].header.epoch) == row.is_new);
    CHECK(heard[2].header.sequence == (row.is_new ? 1 : 3));
    CHECK(heard[2].snapshot.states[0] != CheckState::kPending);
    CHECK(heard[3].header.epoch == heard[2].header.epoch);
  }
}

TEST_CASE("a machine that was put back by little repeats itself; its agent sees it if by more") {
  for (const bool by_little : {true, false}) {
    CAPTURE(by_little);
    const int until = by_little ? 5 : 15;
    Rehearsal fleet("0s healthy; " + std::to_string(until) + "s put-back 1; 20s healthy",
                    {.hosts = 1});
    const auto heard = some_intervals(fleet, 22);
    REQUIRE(heard.size() == 22);
    const Heard& first = heard[0];
    const Heard& after = heard[static_cast<std::size_t>(until)];
    CHECK(after.snapshot.uptime == first.snapshot.uptime);
    CHECK((after.header.epoch > first.header.epoch) == !by_little);
    CHECK(after.header.sequence == (by_little ? 2 : 1));
    CHECK(heard[21].header.epoch == after.header.epoch);
    CHECK(heard[21].header.sequence == after.header.sequence + 21 - until);
  }
}

}  // namespace
}  // namespace flatline::sim
