#pragma once

// A fleet under test: hosts that send real sealed datagrams, and time that the test sets by hand.

#include <map>
#include <string_view>

#include "collector/fleet/fleet.h"
#include "schema/wire/datagram.h"

namespace flatline::test {

using namespace std::chrono_literals;

/// A fixed key, so that every run seals the same bytes.
FleetKey fixed_key(std::uint8_t key_id = 1);

/// The address 192.0.2.`last`, from a network for documentation.
Address address_of(std::uint8_t last, std::uint16_t port = 40'000);

/// A host under test, which makes its datagrams in order.
struct Host {
  explicit Host(std::string_view host_name, FleetKey key = fixed_key(),
                std::uint64_t first_epoch = 1000);

  /// Another machine with the same credential, whose agent was started later.
  [[nodiscard]] Host clone() const {
    Host copy = *this;
    copy.epoch += 10;
    copy.sequence = 0;
    return copy;
  }

  /// Makes the next datagram: it has what `snapshot` holds, with the uptime and wall clock of `at`.
  Datagram say(Instant at);

  FleetKey fleet_key;
  Credential credential;
  Snapshot snapshot;
  std::uint64_t epoch;
  std::uint64_t sequence = 0;
  Duration uptime_at_zero{1h};
  Duration wall_ahead{0};
};

struct FleetDriver {
  explicit FleetDriver(FleetOptions fleet_options = default_options());

  static FleetOptions default_options();

  Outcome hear(Host& host, std::uint8_t from = 7);
  Outcome hear(const Datagram& datagram, std::uint8_t from = 7);
  /// Lets `duration` pass and ticks whenever a tick is due.
  void pass(Duration duration);
  /// Lets `duration` pass as if the collector was paused.
  void stand_still(Duration duration);
  const View& tick();
  [[nodiscard]] Moment arrival() const;

  /// The state of a host in the last view, as people see it; nullopt when it is not registered.
  [[nodiscard]] std::optional<HostState> state_of(const Host& host) const;
  [[nodiscard]] bool in(Plane plane, const Host& host) const;
  [[nodiscard]] bool flagged(Flag flag) const;
  [[nodiscard]] bool doubted(Doubt doubt) const;
  [[nodiscard]] std::optional<std::uint32_t> slot_of(const Host& host) const;
  [[nodiscard]] HostRecord record_of(const Host& host) const;

  FleetOptions options;
  HostTable host_table;
  /// Makes the beats that are due between `seen` and `now`.
  void live();

  Instant now;
  Instant seen;  ///< The last time that the fleet was told.
  Fleet fleet;
  View view;
  TickInputs inputs;
  Instant next_tick;
};

/// What the wall clock of tests shows when their monotonic clock is at zero.
inline constexpr WallTime kWallAtZero{std::chrono::milliseconds{1'700'000'000'000}};

}  // namespace flatline::test
