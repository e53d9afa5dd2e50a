// The tests that a datagram must pass before anything of a host is changed.

#include "collector/fleet/incoming_datagram.h"
#include "schema/invariant.h"
#include "schema/wire/codec.h"

namespace flatline {

Outcome Fleet::accept(std::span<const std::byte> bytes, const Address& source,
                      const Arrival& arrival) {
  Letter letter(bytes, source, arrival, snapshot_);
  letter.fleet_now = advance(arrival.now);
  const Outcome outcome = judge(letter);
  ++outcomes_[static_cast<std::size_t>(outcome)];
  return outcome;
}

/// A host's row and record come from memory that no cache holds, since all others were heard since:
/// together they would take half as long as the cipher. So they are asked for while the cipher is
/// busy with the datagrams before, first the index and then what it leads to.
std::size_t Fleet::accept_all(std::span<const Received> batch, const Arrival& arrival) {
  std::array<AgentId, kReceiveBatch> agents;
  INVARIANT(batch.size() <= agents.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Header header;
    const bool readable = read_header(batch[i].bytes, header) == Outcome::kAccepted;
    agents[i] = readable ? header.agent_id : AgentId::kNone;
    index_.fetch(agents[i]);
    orders_.fetch(agents[i]);
  }
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + kFetchAhead < batch.size()) fetch(agents[i + kFetchAhead]);
    accepted += accept(batch[i].bytes, batch[i].source, arrival) == Outcome::kAccepted ? 1 : 0;
  }
  return accepted;
}

void Fleet::fetch(AgentId agent) const {
  const auto slot = index_.find(agent);
  if (!slot) return;
  fetch_lines(&rows_[*slot], sizeof(Row));
  columns_.fetch(*slot);
  roster_.fetch(*slot);
}

/// In the order of their cost.
Outcome Fleet::judge(Letter& letter) {
  const Outcome readable = read_header(letter.bytes, letter.header);
  if (readable != Outcome::kAccepted) return readable;
  letter.fleet_key = find_key(letter.header.key_id);
  if (letter.fleet_key == nullptr) return Outcome::kUnknownKey;

  letter.order = orders_.find(letter.header.agent_id);
  letter.standing = judge_credential(letter.order, letter.header.credential_generation);
  // The row of a registered host, or of one that left and whose slot nobody took yet.
  std::optional<std::uint32_t> slot = index_.find(letter.header.agent_id);
  Row* row = slot ? &rows_[*slot] : nullptr;
  const Line::Place place = row != nullptr
                                ? row->line.place(letter.header.epoch, letter.header.sequence)
                                : Line::Place::kNewer;
  if (place == Line::Place::kStale) return Outcome::kStale;
  if (!take_opening(row, letter)) return Outcome::kOverBudget;
  if (!open(letter, row)) return Outcome::kBadTag;
  if (letter.standing != Outcome::kAccepted) return bar(letter);
  const bool registered = row != nullptr && row->registered;
  if (registered) roster_.own(*slot, known_);
  if (!decode_snapshot(letter.plain, letter.snapshot, registered ? &known_ : nullptr) ||
      letter.snapshot.interval < options_.min_interval) {
    return Outcome::kMalformed;
  }
  const bool first_contact = row == nullptr || !row->line.started();
  if (!clocks_agree(letter) && first_contact) {
    doubt_.clock_disagrees(letter.header.agent_id, letter.arrival.now);
    return refuse(Outcome::kSkewed, letter);
  }
  // A registered host's name was found to be its id's when it registered.
  if (!(registered && known_.name == letter.snapshot.name) &&
      agent_id_of(letter.fleet_key->fleet, letter.snapshot.name.view()) != letter.header.agent_id) {
    return refuse(Outcome::kNameMismatch, letter);
  }
  if (place == Line::Place::kSuperseded) {
    if (registered) take_clone(letter, *slot);
    return Outcome::kStale;
  }
  if (!registered) {
    if (letter.snapshot.leaving) return Outcome::kAccepted;
    slot = enter(letter);
    if (!slot) return refuse(Outcome::kFleetFull, letter);
    if (letter.order != nullptr) lift_tombstone(letter.header.agent_id);
  } else if (is_awaited(*slot)) {
    welcome(*slot);
  }
  return take(letter, *slot);
}

/// What is refused in any case spends nothing of the host's own, nor of newcomers'. Until a host is
/// heard again after a restart, no address is known to be its own, and it may spend its allowance
/// from any.
bool Fleet::take_opening(Row* row, const Letter& letter) {
  if (letter.standing != Outcome::kAccepted) return budget_.take_barred();
  if (row == nullptr || !row->registered) return budget_.take_first_contact();
  const bool at_home = !row->heard || row->source.same_ip(letter.source);
  return at_home ? budget_.take_own(row->allowance) : budget_.take_shared(row->elsewhere);
}

bool Fleet::open(Letter& letter, Row* row) {
  const Header& header = letter.header;
  const bool known_key = row != nullptr && row->has_key && row->key_epoch == header.epoch &&
                         row->key_id == header.key_id &&
                         row->credential_generation == header.credential_generation;
  letter.epoch_key = known_key
                         ? row->epoch_key
                         : derive_epoch_key(derive_agent_key(*letter.fleet_key, header.agent_id,
                                                             header.credential_generation),
                                            header.agent_id, header.epoch);
  const DatagramView datagram(letter.bytes.data(), kDatagramBytes);
  return opener_.open(datagram, letter.epoch_key, letter.plain);
}

bool Fleet::clocks_agree(const Letter& letter) {
  const Milliseconds skew = letter.arrival.wall - letter.snapshot.sent_at;
  const bool agree = skew <= kFirstContactSkew && skew >= -kFirstContactSkew;
  if (agree) doubt_.clock_agrees(letter.arrival.now);
  return agree;
}

Outcome Fleet::refuse(Outcome outcome, const Letter& letter) {
  notices_.add({letter.snapshot.name, letter.source, outcome,
                letter.arrival.wall - letter.snapshot.sent_at});
  return outcome;
}

/// Its snapshot is not even read: the order knows its name.
Outcome Fleet::bar(const Letter& letter) {
  notices_.add({letter.order->name, letter.source, letter.standing, Milliseconds{0}});
  return letter.standing;
}

void Fleet::take_clone(const Letter& letter, std::uint32_t slot) {
  Row& row = rows_[slot];
  if (!row.line.take_superseded(letter.header.sequence, letter.fleet_now, row.window)) return;
  row.conflict_until = letter.fleet_now + row.window;
  columns_.verdict(slot) |= plane_bit(Plane::kConflict);
  roster_.own(slot, record_);
  record_.conflict_source = letter.source;
  roster_.write(slot, record_);
}

}  // namespace flatline
