#pragma once

// A made-up fleet whose hosts have labels, agents, networks and checks, and what a census tells of
// it, in a form that is short to compare.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "collector/view/census.h"
#include "tests/collector/view/made_fleet.h"

namespace flatline::test {

class LabelledFleet : public MadeFleet {
 public:
  explicit LabelledFleet(std::uint32_t hosts)
      : MadeFleet((hosts + 63) / 64 * 64), census_(board, host_table) {}

  /// Every hundredth host has an agent of its own version.
  [[nodiscard]] static std::uint32_t agent_of(std::uint32_t slot) {
    return slot % 100 == 42 ? 2 : 1;
  }
  /// A check for each host, unlike its neighbours'.
  [[nodiscard]] static std::string_view any_check(std::uint32_t slot) {
    return kChecksOfEach[(slot * 2'654'435'761U >> 16) % kChecksOfEach.size()];
  }

  /// Racks of 300 hosts, and three roles.
  [[nodiscard]] HostRecord host_of(std::uint32_t slot) const {
    constexpr const char* kRoles[] = {"web", "db", "queue"};
    HostRecord record = host(fmt::format("role={},rack=r{}", kRoles[slot % 3], slot / 300));
    record.agent_version = agent_of(slot);
    record.config_hash = 7;
    record.received = 9;
    record.source = address_of(1);
    record.source.ip[13] = static_cast<std::uint8_t>(slot % 7);
    return record;
  }
  /// Puts a host with its five checks, all OK but `failing` if it fails.
  void put(std::uint32_t slot, HostRecord record, bool fails, std::string_view failing = "disk") {
    for (const std::string_view name : kChecksOfEach) {
      add_check(record, name, fails && name == failing ? CheckState::kCritical : CheckState::kOk);
    }
    MadeFleet::put(slot, record, fails ? kFailing : kHealthy);
  }
  void put(std::uint32_t slot, bool fails, std::string_view failing = "disk") {
    put(slot, host_of(slot), fails, failing);
  }

  /// Takes a census.
  const Causes& causes() {
    publish();
    census_.take();
    REQUIRE(census_.results().causes.read(causes_));
    return causes_;
  }
  /// `failing: rack=r7 212/214, 300/10000`
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    causes();
    for (std::uint32_t i = 0; i < causes_.count; ++i) lines.push_back(line(causes_.causes[i]));
    return lines;
  }

 private:
  static constexpr std::array<std::string_view, 5> kChecksOfEach = {"disk", "load", "memory", "ssh",
                                                                    "web"};

  [[nodiscard]] std::string line(const Cause& cause) const {
    constexpr const char* kAbouts[] = {"failing", "silent", "changed"};
    std::string text = kAbouts[static_cast<std::size_t>(cause.about)];
    text += ":";
    if (cause.kind == CauseKind::kMoment) {
      return text + fmt::format(" {}/{} within {} s, {} s ago", cause.hosts, cause.of,
                                cause.seconds, (causes_.at - cause.since) / 1s);
    }
    if (cause.kind == CauseKind::kCheck) {
      return text + fmt::format(" check {} {}/{}", cause.key.view(), cause.hosts, cause.of);
    }
    text += " " + std::string(cause.key.view());
    for (std::size_t i = 0; i < cause.twin_count; ++i) {
      text += " " + std::string(cause.twins[i].view());
    }
    return text +
           fmt::format(" {}/{}, {}/{}", cause.hosts, cause.of, cause.fleet_hosts, cause.fleet);
  }

  Census census_;
  Causes causes_;
};

}  // namespace flatline::test
