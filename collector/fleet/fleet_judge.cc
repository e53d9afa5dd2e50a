// The tests that a datagram must pass before anything of a host is changed.

#include "collector/fleet/incoming_datagram.h"
#include "schema/invariant.h"
#include "schema/wire/codec.h"

namespace flatline {

Outcome Fleet::accept(std::span<const std::byte> bytes, const Address& source,
                      const Moment& arrival) {
  IncomingDatagram datagram(bytes, source, arrival, snapshot_);
  datagram.fleet_now = advance(arrival.now);
  const Outcome outcome = judge(datagram);
  ++outcomes_[static_cast<std::size_t>(outcome)];
  return outcome;
}

/// No cache holds a host's row and record any more, because all other hosts were heard since its
/// last snapshot. Waiting for memory would take half as long as the cipher. So the index is
/// prefetched for the whole batch, and what it leads to while the cipher works on the kFetchAhead
/// datagrams before.
std::size_t Fleet::accept_all(std::span<const ReceivedDatagram> batch, const Moment& arrival) {
  std::array<AgentId, kReceiveBatch> agents;
  INVARIANT(batch.size() <= agents.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Header header;
    const bool readable = read_header(batch[i].bytes, header) == Outcome::kAccepted;
    agents[i] = readable ? header.agent_id : AgentId::kNone;
    index_.prefetch(agents[i]);
    bans_.prefetch(agents[i]);
  }
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + kFetchAhead < batch.size()) prefetch(agents[i + kFetchAhead]);
    accepted += accept(batch[i].bytes, batch[i].source, arrival) == Outcome::kAccepted ? 1 : 0;
  }
  return accepted;
}

void Fleet::prefetch(AgentId agent) const {
  const auto slot = index_.find(agent);
  if (!slot) return;
  prefetch_lines(&rows_[*slot], sizeof(Row));
  columns_.prefetch(*slot);
  prefetch_lines(&view_.causes[*slot], sizeof view_.causes[*slot]);
  host_table_.prefetch(*slot);
}

/// The tests stand in the order of their cost (CONTRACT.md, "Outcomes").
Outcome Fleet::judge(IncomingDatagram& datagram) {
  const Outcome readable = read_header(datagram.bytes, datagram.header);
  if (readable != Outcome::kAccepted) return readable;
  datagram.fleet_key = find_key(datagram.header.key_id);
  if (datagram.fleet_key == nullptr) return refuse_key(datagram);

  datagram.ban = bans_.find(datagram.header.agent_id);
  datagram.standing = judge_credential(datagram.ban, datagram.header.credential_generation);
  // The index also leads to the row of a host that left, until somebody takes its slot.
  std::optional<std::uint32_t> slot = index_.find(datagram.header.agent_id);
  Row* row = slot ? &rows_[*slot] : nullptr;
  const bool registered = row != nullptr && row->registered;
  const SnapshotOrder::Rank rank = rank_of(row, datagram.header);
  if (rank == SnapshotOrder::Rank::kStale && !(slot && is_silent(*slot, datagram.fleet_now))) {
    return Outcome::kStale;
  }
  const bool is_newer = rank == SnapshotOrder::Rank::kNewer;
  if (!take_opening(row, datagram, is_newer)) return Outcome::kOverBudget;
  if (!open(datagram, row)) return Outcome::kBadTag;
  if (datagram.standing != Outcome::kAccepted) return bar(datagram);
  if (registered) host_table_.own(*slot, known_);
  if (!decode_snapshot(datagram.plain, datagram.snapshot, registered ? &known_ : nullptr) ||
      datagram.snapshot.interval < options_.min_interval) {
    return Outcome::kMalformed;
  }
  const bool is_fresh = clocks_agree(datagram);
  const bool first_contact = row == nullptr || !row->order.started();
  if (!is_fresh && first_contact) {
    doubt_.clock_disagrees(datagram.header.agent_id, datagram.arrival.now);
    return refuse(Outcome::kSkewed, datagram);
  }
  // If a registered host's name is the same as before, it was checked when the host registered.
  if (!(registered && known_.name == datagram.snapshot.name) &&
      agent_id_of(datagram.fleet_key->fleet, datagram.snapshot.name.view()) !=
          datagram.header.agent_id) {
    return refuse(Outcome::kNameMismatch, datagram);
  }
  if (!is_newer) return registered ? judge_old(datagram, *slot, rank, is_fresh) : Outcome::kStale;
  if (!registered) {
    if (datagram.snapshot.leaving) return Outcome::kAccepted;
    slot = enter(datagram);
    if (!slot) return refuse(Outcome::kFleetFull, datagram);
    if (datagram.ban != nullptr) lift_tombstone(datagram.header.agent_id);
  } else if (is_awaited(*slot)) {
    welcome(*slot);
  }
  return take(datagram, *slot);
}

SnapshotOrder::Rank Fleet::rank_of(const Row* row, const Header& header) const {
  if (row != nullptr) return row->order.rank(header.epoch, header.sequence);
  SnapshotOrder order;
  if (const Departure* const gone = departures_.find(header.agent_id)) {
    order.restore(gone->epoch, gone->sequence);
  }
  return order.rank(header.epoch, header.sequence);
}

/// Only what goes on with the epoch that was accepted last is the host's own to pay: nobody else
/// knows that epoch, but from recordings, and those are not newer.
bool Fleet::take_opening(Row* row, const IncomingDatagram& datagram, bool is_newer) {
  const Instant now = datagram.arrival.now;
  if (datagram.standing != Outcome::kAccepted) return budget_.take_barred(now);
  if (row == nullptr || !row->registered) return budget_.take_newcomer(now);
  if (is_newer && datagram.header.epoch == row->order.epoch()) {
    const Duration half_interval = row->window / (2 * options_.stale_after + 1);
    return Budget::take_own(row->own_free_at, half_interval, now);
  }
  return budget_.take_share(row->share_at, now);
}

bool Fleet::open(IncomingDatagram& datagram, Row* row) {
  const Header& header = datagram.header;
  const bool known_key = row != nullptr && row->has_key && row->order.epoch() == header.epoch &&
                         row->key_id == header.key_id &&
                         row->credential_generation == header.credential_generation;
  datagram.epoch_key = known_key
                           ? row->epoch_key
                           : derive_epoch_key(derive_agent_key(*datagram.fleet_key, header.agent_id,
                                                               header.credential_generation),
                                              header.agent_id, header.epoch);
  const DatagramView bytes(datagram.bytes.data(), kDatagramBytes);
  return opener_.open(bytes, datagram.epoch_key, datagram.plain);
}

bool Fleet::clocks_agree(const IncomingDatagram& datagram) {
  const Milliseconds skew = datagram.arrival.wall - datagram.snapshot.sent_at;
  const bool agree = skew <= kFirstContactSkew && skew >= -kFirstContactSkew;
  if (agree) doubt_.clock_agrees(datagram.arrival.now);
  return agree;
}

Outcome Fleet::refuse(Outcome outcome, const IncomingDatagram& datagram) {
  notices_.add({datagram.snapshot.name, datagram.source, outcome,
                datagram.arrival.wall - datagram.snapshot.sent_at, datagram.header.agent_id,
                datagram.arrival.now, datagram.header.key_id});
  return outcome;
}

/// Refuses what a ban keeps out. The snapshot is not even decoded: the ban holds the host's name.
Outcome Fleet::bar(const IncomingDatagram& datagram) {
  notices_.add({datagram.ban->name, datagram.source, datagram.standing, Milliseconds{0},
                datagram.header.agent_id, datagram.arrival.now, datagram.header.key_id});
  return datagram.standing;
}

/// Refuses a datagram under a key that is not live. Nothing of it can be proved: its header is in
/// the clear, and anybody can write one. So it changes nothing of the host that it names, and
/// people are told only where that host is silent and this may be why.
Outcome Fleet::refuse_key(const IncomingDatagram& datagram) {
  const Header& header = datagram.header;
  const auto slot = slot_of(header.agent_id);
  if (!slot || !is_silent(*slot, datagram.fleet_now)) return Outcome::kUnknownKey;
  host_table_.own(*slot, record_);
  record_.refused_at = datagram.arrival.now;
  record_.refused_key_id = header.key_id;
  host_table_.write(*slot, record_);
  notices_.add({record_.name, datagram.source, Outcome::kUnknownKey, Milliseconds{0},
                header.agent_id, datagram.arrival.now, header.key_id});
  return Outcome::kUnknownKey;
}

/// Judges an authentic snapshot of a registered host that is not newer than the last accepted. It
/// changes no verdict on the host, but people are told: of a clone that goes on with an epoch of
/// its own, and of a host that speaks and yet is silent, because its newest epoch is another
/// machine's, or because it repeats sequences. What was recorded more than kFirstContactSkew ago
/// and is not remembered counts for nothing.
Outcome Fleet::judge_old(const IncomingDatagram& datagram, std::uint32_t slot,
                         SnapshotOrder::Rank rank, bool is_fresh) {
  Row& row = rows_[slot];
  const Header& header = datagram.header;
  const bool is_older = rank == SnapshotOrder::Rank::kOlder;
  if (!is_fresh && !(is_older && row.order.remembers(header.epoch))) return Outcome::kStale;
  if (is_older &&
      row.order.take_older(header.epoch, header.sequence, datagram.fleet_now, row.window)) {
    mark_conflict(datagram, slot);
  }
  if (!is_silent(slot, datagram.fleet_now)) return Outcome::kStale;
  host_table_.own(slot, record_);
  record_.watched_at = watched_;  // It counts as silent, but it is there, and is not forgotten.
  host_table_.write(slot, record_);
  return refuse(Outcome::kStale, datagram);
}

void Fleet::mark_conflict(const IncomingDatagram& datagram, std::uint32_t slot) {
  columns_.set_conflict_until(slot, datagram.fleet_now + rows_[slot].window);
  host_table_.own(slot, record_);
  record_.conflict_source = datagram.source;
  host_table_.write(slot, record_);
}

}  // namespace flatline
