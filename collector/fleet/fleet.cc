#include "collector/fleet/fleet.h"

#include <algorithm>

#include "collector/fleet/incoming_datagram.h"
#include "collector/fleet/sweep.h"
#include "schema/invariant.h"

namespace flatline {
namespace {

Duration beat_of(const FleetOptions& options) {
  const Duration shortest = std::min(options.tick, Duration{options.min_interval});
  return std::max(shortest / kBeatsPerInterval, Duration{kMinBeat});
}

const FleetId& fleet_of(const FleetOptions& options) {
  INVARIANT(!options.keys.empty() && options.keys.size() <= kFleetKeys);
  return options.keys.front().fleet;
}

}  // namespace

Fleet::Fleet(const FleetOptions& options, HostTable& host_table, Instant start)
    : options_(options),
      beat_(beat_of(options)),
      host_table_(host_table),
      budget_(options.capacity, start),
      doubt_({options.window, options.panic_below_percent}, start),
      index_(options.capacity),
      free_(options.capacity),
      bans_(host_table.actions().bans),
      check_names_(host_table, fleet_of(options)),
      flapping_(options.capacity, options.tick, start),
      rows_(options.capacity),
      columns_(options.capacity, start),
      groups_(options.capacity, options.group_by, options.start_number),
      group_judge_({options.window, options.panic_below_percent}),
      view_(options.capacity),
      generation_(options.start_number << 32),
      watched_until_(start),
      last_tick_(start),
      last_seen_(start) {
  INVARIANT(options.capacity % 64 == 0);
  INVARIANT(host_table.capacity() == options.capacity);
  INVARIANT(host_table.messages_per_host() == options.messages_per_host);
  groups_.set_quorums(options.quorums);
  check_names_.tick({options.start_number, 1, WallTime{}, start});
}

// --- Slots --------------------------------------------------------------------------------------

bool Fleet::restore(const RestoredHost& tenancy, Instant now) {
  if (tenancy.slot >= options_.capacity || rows_[tenancy.slot].registered ||
      tenancy.agent_id == AgentId::kNone || index_.find(tenancy.agent_id)) {
    return false;
  }
  index_.insert(tenancy.agent_id, tenancy.slot);
  rows_[tenancy.slot].agent_id = tenancy.agent_id;
  HostRecord record;
  record.agent_id = tenancy.agent_id;
  record.name = tenancy.name;
  record.labels = tenancy.labels;
  record.registered_at = tenancy.registered_at;
  record.interval_ms = static_cast<std::uint32_t>(tenancy.interval.count());
  record.epoch = tenancy.last.epoch;
  record.sequence = tenancy.last.sequence;
  record.credential_generation = tenancy.last.credential_generation;
  record.key_id = tenancy.last.key_id;
  record.has_spoken = tenancy.last.epoch != 0;
  record.drained_from = tenancy.drained_from;
  record.drained_until = tenancy.drained_until;
  record.reset_at = tenancy.reset_at;
  record.watched_at = watched_ - tenancy.last.silent;
  // The checkpoint and the history are newer than the registry's row: if one of them knows that
  // the host was heard, it is awaited no longer.
  record.awaited =
      tenancy.awaited && tenancy.last.epoch == 0 && !is_in(tenancy.last.planes, Plane::kReporting);
  occupy(tenancy.slot, record);
  Row& row = rows_[tenancy.slot];
  row.stored_interval_ms = record.interval_ms;
  row.window = window_of(tenancy.interval);
  if (tenancy.last.epoch != 0) row.order.restore(tenancy.last.epoch, tenancy.last.sequence);
  const Instant fleet_now = advance(now);
  row.next_change = fleet_now;  // What has changed meanwhile counts with the first snapshot.
  enter_groups(tenancy.slot, record.labels);
  if (record.awaited) {
    await(tenancy.slot, tenancy.grace_left);
  } else {
    restore_verdict(tenancy.slot, tenancy.last.planes, fleet_now);
    restore_cause(tenancy.slot, tenancy.last.cause);
  }
  return true;
}

/// A host that was reporting keeps its verdict for one window, in which it sends again if it lives.
/// A host that was silent stays silent. A host that was not known yet, or was awaited then and has
/// been heard since, starts without a verdict.
void Fleet::restore_verdict(std::uint32_t slot, std::uint8_t planes, Instant fleet_now) {
  columns_.set_deadline(slot, fleet_now + rows_[slot].window);
  if (!is_in(planes, Plane::kKnown) || is_in(planes, Plane::kAwaited)) return;
  constexpr std::uint8_t kSaid =
      plane_bit(Plane::kKnown) | plane_bit(Plane::kHealthy) | plane_bit(Plane::kWarning);
  if (is_in(planes, Plane::kReporting)) {
    columns_.verdict(slot) |= planes & kSaid;
  } else {
    columns_.verdict(slot) |= plane_bit(Plane::kKnown);
    columns_.set_deadline(slot, fleet_now);
  }
}

/// A cause that names a place that no name has would mean the next name that gets it.
void Fleet::restore_cause(std::uint32_t slot, std::uint8_t cause) {
  const bool means = cause == kNoCause || check_names_.places().is_named(cause);
  view_.causes[slot] = means ? cause : kOtherCause;
}

void Fleet::restore_freed(std::span<const std::uint32_t> slots) {
  for (const std::uint32_t slot : slots) {
    INVARIANT(slot < options_.capacity);
    if (rows_[slot].registered) continue;
    free_.take(slot);
    free_.put(slot);
  }
}

std::optional<std::uint32_t> Fleet::enter(const IncomingDatagram& datagram) {
  const auto slot = claim(datagram.header.agent_id);
  if (!slot) return std::nullopt;
  HostRecord record;
  record.agent_id = datagram.header.agent_id;
  record.name = datagram.snapshot.name;
  record.labels = datagram.snapshot.labels;
  record.registered_at = datagram.arrival.wall;
  record.interval_ms = static_cast<std::uint32_t>(datagram.snapshot.interval.count());
  record.watched_at = watched_;
  settle(*slot, record);
  return slot;
}

/// Finds a slot for a host that has none: the one that it left, if nobody took it, or else the one
/// that has been free for the longest.
std::optional<std::uint32_t> Fleet::claim(AgentId agent) {
  if (const auto remembered = index_.find(agent)) return remembered;
  if (free_.empty()) return std::nullopt;
  const std::uint32_t slot = free_.oldest();
  Row& row = rows_[slot];
  if (row.agent_id != AgentId::kNone) {
    index_.erase(row.agent_id);
    if (row.order.started()) {
      departures_.add({row.agent_id, row.order.epoch(), row.order.sequence()});
    }
  }
  index_.insert(agent, slot);
  row = Row{};
  row.agent_id = agent;
  if (const Departure* const gone = departures_.find(agent)) {
    row.order.restore(gone->epoch, gone->sequence);
    departures_.erase(agent);
  }
  return slot;
}

/// Registers a host in the slot that it claimed. One that left it less than kHostStorePeriod ago
/// enters its groups when that has passed, or leaving would be a way to change them at any rate.
void Fleet::settle(std::uint32_t slot, HostRecord record) {
  Row& row = rows_[slot];
  const Instant fleet_now = last_seen_ - paused_;
  record.generation = ++generation_;
  row.stored_interval_ms = record.interval_ms;
  row.window = window_of(Milliseconds{record.interval_ms});
  row.labels_differ = fleet_now < row.next_change;
  if (!row.labels_differ) {
    enter_groups(slot, record.labels);
    row.next_change = fleet_now + kHostStorePeriod;
  }
  occupy(slot, record);
  host_table_.mark_changed(slot);
}

void Fleet::occupy(std::uint32_t slot, const HostRecord& record) {
  free_.take(slot);
  rows_[slot].registered = true;
  columns_.verdict(slot) = plane_bit(Plane::kRegistered);
  view_.causes[slot] = kNoCause;
  columns_.set_drained_until(slot, record.drained_until, record.drained_from);
  HostRecord registered = record;
  registered.registered = true;
  host_table_.write(slot, registered);
}

void Fleet::leave(std::uint32_t slot) {
  Row& row = rows_[slot];
  host_table_.own(slot, record_);
  void_pages(row, record_);
  row.registered = false;
  columns_.verdict(slot) = 0;
  view_.causes[slot] = kNoCause;
  columns_.set_deadline(slot, last_seen_ - paused_);
  columns_.set_conflict_until(slot, last_seen_ - paused_);
  columns_.set_drained_until(slot, WallTime{});
  flapping_.forget(slot);
  groups_.leave(slot);
  row.under_other = false;
  host_table_.write(slot, HostRecord{});
  free_.put(slot);
  ++generation_;
  host_table_.mark_changed(slot);
}

// --- The tick -----------------------------------------------------------------------------------

const View& Fleet::tick(const Moment& moment, const TickInputs& inputs) {
  const Instant fleet_now = advance(moment.now);
  if (moment.now - last_tick_ > 2 * options_.tick) doubt_.raise(Doubt::kLateTick, moment.now);
  if (inputs.lost > lost_) doubt_.raise(Doubt::kKernelLoss, moment.now);
  last_tick_ = moment.now;
  lost_ = inputs.lost;

  columns_.renew(fleet_now);
  sweep(columns_, fleet_now, moment.wall, view_);
  flapping_.tick(fleet_now, view_);
  ViewHead& head = view_.head;
  ++head.tick;
  head.time = moment.wall;
  head.at = moment.now;
  head.generation = generation_;
  head.flags = inputs.degraded ? flag_bit(Flag::kDegraded) : 0;
  if (moment.wall < frozen_until_) head.flags |= flag_bit(Flag::kFrozen);
  head.tombstones = bans_.tombstones();
  head.revocations = bans_.revocations();
  head.counts = count_planes(view_);
  head.outcomes = outcomes_;
  head.lost = inputs.lost;
  head.filtered = inputs.filtered;
  head.late_ticks = inputs.late_ticks;
  head.worst_lateness = inputs.worst_lateness;
  head.work = inputs.work;
  head.check_names_refused = check_names_.refused();
  const Judged judged = count_judged(view_);
  head.down = judged.known - judged.healthy;
  head.live_keys = live_keys();
  // Silence means nothing while all hosts are expected ones.
  doubt_.judge(moment.now, head.counts.hosts - head.counts.expected, judged, head);
  groups_.show(view_.groups);
  group_counter_.count(groups_, view_);
  group_judge_.judge(fleet_now, (head.flags & flag_bit(Flag::kWarming)) != 0, view_.groups);
  notices_.remove_if([&](const Notice& notice) { return is_over(notice); });
  notices_.show(head);
  check_names_.tick({options_.start_number, head.tick + 1, head.time, fleet_now});
  watch(fleet_now, head.flags);
  head.watched = watched_;
  forget_silent(moment, fleet_now);
  return view_;
}

/// Whether what a notice tells of is over: the ban that it names was lifted, or the host was heard
/// since. One of a key that was not live is over when it is, and with its host.
bool Fleet::is_over(const Notice& notice) {
  const Ban* const ban = bans_.find(notice.agent_id);
  if (notice.outcome == Outcome::kTombstoned) return ban == nullptr || ban->tombstoned == 0;
  if (notice.outcome == Outcome::kRevoked) return ban == nullptr || ban->revoked_below == 0;
  // Who speaks under a name that is not its credential's stays wrong while the real host is heard.
  if (notice.outcome == Outcome::kNameMismatch) return false;
  if (notice.outcome == Outcome::kUnknownKey && find_key(notice.key_id) != nullptr) return true;
  const auto slot = slot_of(notice.agent_id);
  if (!slot) return !notice.is_proved();
  host_table_.own(*slot, record_);
  return record_.heard && record_.heard_at > notice.at;
}

/// Returns the fleet's time: the collector's without its pauses, so that a pause moves every
/// deadline by its length. The first call after a pause notices it, be it for a datagram, a beat or
/// the tick.
Instant Fleet::advance(Instant now) {
  const Duration gap = now - last_seen_;
  if (gap > 2 * beat_) paused_ += gap - beat_;
  if (gap > 2 * options_.tick) doubt_.raise(Doubt::kLateTick, now);
  last_seen_ = std::max(last_seen_, now);
  return now - paused_;
}

const FleetKey* Fleet::find_key(std::uint8_t key_id) const {
  for (const FleetKey& key : options_.keys) {
    if (key.key_id == key_id) return &key;
  }
  return nullptr;
}

LiveKeys Fleet::live_keys() const {
  LiveKeys live;
  for (const FleetKey& key : options_.keys) live.ids[live.count++] = key.key_id;
  return live;
}

Duration Fleet::window_of(Milliseconds interval) const {
  return Duration{interval} * (2 * options_.stale_after + 1) / 2;
}

}  // namespace flatline
