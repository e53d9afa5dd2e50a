#include "tests/harness/fleet_driver.h"

#include "collector/view/slot_bytes.h"

namespace flatline::test {

FleetKey fixed_key(std::uint8_t key_id) {
  FleetKey key;
  key.key_id = key_id;
  for (std::size_t i = 0; i < key.fleet.size(); ++i) key.fleet[i] = static_cast<unsigned char>(i);
  for (std::size_t i = 0; i < key.key.size(); ++i) {
    key.key[i] = static_cast<unsigned char>(3 * i + key_id);
  }
  return key;
}

Address address_of(std::uint8_t last, std::uint16_t port) {
  Address address;
  address.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last};
  address.port = port;
  return address;
}

Host::Host(std::string_view host_name, FleetKey key, std::uint64_t first_epoch)
    : fleet_key(key), credential(make_credential(key, host_name, 0)), epoch(first_epoch) {
  snapshot.name = HostName{host_name};
  snapshot.states[0] = CheckState::kOk;
  snapshot.config_hash = 1;
  snapshot.page = {0, CheckState::kOk, 10, CheckName{"load"}, Message{"fine"}};
}

Datagram Host::say(Instant at) {
  snapshot.uptime = std::chrono::floor<Milliseconds>(uptime_at_zero + at.time_since_epoch());
  snapshot.sent_at =
      kWallAtZero + std::chrono::floor<Milliseconds>(at.time_since_epoch() + wall_ahead);
  if (snapshot.page.index != kNoPage) snapshot.page.state = snapshot.states[snapshot.page.index];
  Datagram datagram;
  seal_datagram({credential.key_id, credential.generation, credential.agent_id, epoch, ++sequence},
                snapshot, credential.key, datagram);
  return datagram;
}

FleetDriver::FleetDriver(FleetOptions fleet_options)
    : options(std::move(fleet_options)),
      host_table(options.capacity, options.messages_per_host),
      now(100s),
      seen(now),
      fleet(options, host_table, now),
      view(options.capacity),
      next_tick(now) {}

FleetOptions FleetDriver::default_options() {
  FleetOptions made;
  made.capacity = 128;
  made.keys = {fixed_key()};
  made.start_number = 3;
  return made;
}

Moment FleetDriver::arrival() const {
  return {now, kWallAtZero + std::chrono::floor<Milliseconds>(now.time_since_epoch())};
}

Outcome FleetDriver::hear(Host& host, std::uint8_t from) {
  return hear(host.say(now), from);
}

Outcome FleetDriver::hear(const Datagram& datagram, std::uint8_t from) {
  live();
  return fleet.accept(datagram, address_of(from), arrival());
}

const View& FleetDriver::tick() {
  live();
  view = fleet.tick(arrival(), inputs);
  return view;
}

void FleetDriver::pass(Duration duration) {
  const Instant end = now + duration;
  while (next_tick <= end) {
    now = next_tick;
    next_tick += options.tick;
    tick();
  }
  now = end;
}

void FleetDriver::stand_still(Duration duration) {
  live();
  now += duration;
  seen = now;
}

void FleetDriver::live() {
  while (seen + fleet.beat_period() < now) fleet.beat(seen += fleet.beat_period());
  seen = now;
}

std::optional<std::uint32_t> FleetDriver::slot_of(const Host& host) const {
  return host_table.find(host.credential.agent_id);
}

HostRecord FleetDriver::record_of(const Host& host) const {
  HostRecord record;
  const auto slot = slot_of(host);
  if (slot && !host_table.read(*slot, record)) return {};
  return record;
}

bool FleetDriver::in(Plane plane, const Host& host) const {
  const auto slot = slot_of(host);
  return slot && (view.plane(plane)[*slot / 64] >> (*slot % 64) & 1) != 0;
}

std::optional<HostState> FleetDriver::state_of(const Host& host) const {
  if (!in(Plane::kRegistered, host)) return std::nullopt;
  return host_state_of(slot_byte(view, *slot_of(host)));
}

bool FleetDriver::flagged(Flag flag) const {
  return (view.head.flags & flag_bit(flag)) != 0;
}

bool FleetDriver::doubted(Doubt doubt) const {
  return (view.head.doubts & doubt_bit(doubt)) != 0;
}

}  // namespace flatline::test
