// What a good snapshot changes: its host's verdict, deadline, record and kept messages.

#include <algorithm>

#include "collector/fleet/incoming_datagram.h"

namespace flatline {
namespace {

/// Whether a snapshot turned its host's verdict: a host that was judged before began or ceased to
/// fail, or spoke again. `last` and `verdict` are as verdict_after() has them.
bool has_turned(std::uint8_t last, std::uint8_t verdict, bool spoke_again) {
  if ((last & plane_bit(Plane::kKnown)) == 0) return false;
  return spoke_again || ((last ^ verdict) & plane_bit(Plane::kHealthy)) != 0;
}

/// What the checks of one snapshot say together.
struct Said {
  bool failing = false;
  bool warning = false;
  bool pending = false;
};

/// This loop has no branches, so that the compiler vectorises it.
Said summarize(const std::array<CheckState, kChecks>& states) {
  std::byte failing{};
  std::byte warning{};
  std::byte pending{};
  for (const CheckState state : states) {
    failing |= std::byte{is_failing(state)};
    warning |= std::byte{state == CheckState::kWarning};
    pending |= std::byte{state == CheckState::kPending};
  }
  return {failing != std::byte{}, warning != std::byte{}, pending != std::byte{}};
}

/// Whether the host is known, and whether it is healthy. `last` is its verdict before, without
/// kKnown if there was none. A check without a result decides nothing: unless another one fails,
/// the verdict stays what it was, even if it was none. When that is `overdue`, the host fails.
std::uint8_t verdict_after(std::uint8_t last, const Said& said, bool overdue) {
  constexpr std::uint8_t kFailing = plane_bit(Plane::kKnown);
  constexpr std::uint8_t kHealthy = kFailing | plane_bit(Plane::kHealthy);
  if (said.failing || overdue) return kFailing;
  return said.pending ? last & kHealthy : kHealthy;
}

/// The check to which a host's state is laid: the first of those in the worst state. A check that
/// has been without a result for too long counts for more than a WARNING, because it makes the host
/// fail.
struct Worst {
  bool any = false;  ///< False if all is well.
  unsigned index = 0;
};

/// Without branches, too: each check is a byte, its badness above the place that it has from the
/// end, and the largest is it.
Worst worst_of(const std::array<CheckState, kChecks>& states, bool overdue) {
  static_assert(kChecks == 32);
  const auto pending = static_cast<std::uint8_t>(overdue ? 2 : 0);
  std::uint8_t worst = 0;
  for (unsigned i = 0; i < kChecks; ++i) {
    const CheckState state = states[i];
    const auto bad = static_cast<std::uint8_t>(
        (state == CheckState::kCritical ? 4 : 0) | (state == CheckState::kUnknown ? 3 : 0) |
        (state == CheckState::kWarning ? 1 : 0) | (state == CheckState::kPending ? pending : 0));
    worst = std::max(worst, static_cast<std::uint8_t>(bad << 5 | (kChecks - 1 - i)));
  }
  return {worst >= 1 << 5, static_cast<unsigned>(kChecks - 1 - (worst & (kChecks - 1)))};
}

}  // namespace

/// The host's byte in View::causes. While checks without a result leave a verdict as it was, they
/// leave what it is laid to.
std::uint8_t Fleet::cause_after(std::uint8_t last, bool stays, bool overdue,
                                const HostRecord& record) const {
  const Worst worst = worst_of(record.states, overdue);
  const std::uint8_t named = check_names_.cause_of(record.check_names[worst.index]);
  const std::uint8_t now = worst.any ? named : kNoCause;
  return stays ? last : now;
}

Outcome Fleet::take(const IncomingDatagram& datagram, std::uint32_t slot) {
  Row& row = rows_[slot];
  const Header& header = datagram.header;
  const Snapshot& snapshot = datagram.snapshot;
  HostRecord& record = record_;
  host_table_.own(slot, record);
  const Duration window = window_of(snapshot.interval);
  row.lag.take({datagram.arrival, snapshot.sent_at, snapshot.uptime},
               header.epoch != row.order.epoch(), window);
  const std::uint64_t skipped = row.order.take(header.epoch, header.sequence, datagram.fleet_now);
  row.epoch_key = datagram.epoch_key;
  row.key_id = header.key_id;
  row.credential_generation = header.credential_generation;
  row.has_key = true;
  if (snapshot.leaving) {
    leave(slot);
    doubt_.heard(datagram.arrival.now);
    return Outcome::kAccepted;
  }
  row.window = window;
  const bool late = row.lag.value() > window;
  const bool spoke_again = !late && !columns_.is_alive(slot, datagram.fleet_now);
  if (!late) columns_.set_deadline(slot, datagram.fleet_now + window);

  const Said said = summarize(snapshot.states);
  if (!record.pending) row.pending_since = datagram.fleet_now;
  record.pending = said.pending && !said.failing;
  const bool overdue = record.pending && datagram.fleet_now - row.pending_since >= kPendingGrace;
  const std::uint8_t last = columns_.verdict(slot);
  const std::uint8_t verdict = verdict_after(last, said, overdue);
  columns_.verdict(slot) = static_cast<std::uint8_t>(
      plane_bit(Plane::kRegistered) | verdict | (said.warning ? plane_bit(Plane::kWarning) : 0));
  if (has_turned(last, verdict, spoke_again)) record.turned_at = datagram.arrival.now;

  // The agent has started anew: what pages told of earlier runs is void, but not the checks' names.
  if (record.epoch != header.epoch) row.message_count = record.message_count = 0;
  row.labels_differ |= record.labels != snapshot.labels;
  take_record(datagram, late, record);
  record.watched_at = watched_;  // Whoever speaks late speaks.
  record.lag = row.lag.value();
  record.lost += record.received > 1 ? skipped : 0;  // Of the first, what was skipped is not known.
  if (!columns_.is_in_conflict(slot, datagram.fleet_now)) record.conflict_source = Address{};
  take_page(datagram, slot, record);
  const bool stays_failing =
      record.pending && !overdue && is_in(last, Plane::kKnown) && !is_in(last, Plane::kHealthy);
  view_.causes[slot] = cause_after(view_.causes[slot], stays_failing, overdue, record);
  take_changes(slot, record, datagram.fleet_now);
  if (late) {
    doubt_.late(header.agent_id, datagram.arrival.now);
    return Outcome::kLate;
  }
  doubt_.heard(datagram.arrival.now);
  return Outcome::kAccepted;
}

void Fleet::take_record(const IncomingDatagram& datagram, bool late, HostRecord& record) {
  const Header& header = datagram.header;
  const Snapshot& snapshot = datagram.snapshot;
  record.labels = snapshot.labels;
  record.late = late;
  if (!late) {
    record.heard = true;
    record.heard_at = datagram.arrival.now;
  }
  record.epoch = header.epoch;
  record.sequence = header.sequence;
  record.uptime = snapshot.uptime;
  record.skew = datagram.arrival.wall - snapshot.sent_at;
  record.received += 1;
  record.states = snapshot.states;
  record.values = snapshot.values;
  record.source = datagram.source;
  record.interval_ms = static_cast<std::uint32_t>(snapshot.interval.count());
  record.agent_version = snapshot.agent_version;
  record.credential_generation = header.credential_generation;
  record.key_id = header.key_id;
  record.has_spoken = true;
}

/// Call it after the record was written: the journal, which takes the mark, must find what is new.
/// A host that changes its interval or its labels again and again has them stored, and moves
/// between groups, only once in each kHostStorePeriod. So no host can keep the disk busy, or change
/// what the places of groups stand for.
void Fleet::take_changes(std::uint32_t slot, const HostRecord& record, Instant fleet_now) {
  Row& row = rows_[slot];
  const bool is_new = row.labels_differ || row.stored_interval_ms != record.interval_ms;
  if (!(is_new || row.under_other) || fleet_now < row.next_change) return;
  row.next_change = fleet_now + kHostStorePeriod;
  row.stored_interval_ms = record.interval_ms;
  enter_groups(slot, record.labels);
  if (is_new) host_table_.mark_changed(slot);
}

void Fleet::enter_groups(std::uint32_t slot, const Labels& labels) {
  groups_.enter(slot, labels);
  rows_[slot].labels_differ = false;
  rows_[slot].under_other = groups_.is_under_other(slot);
}

void Fleet::take_page(const IncomingDatagram& datagram, std::uint32_t slot, HostRecord& record) {
  Row& row = rows_[slot];
  const DetailPage& page = datagram.snapshot.page;
  if (record.config_hash != datagram.snapshot.config_hash) void_pages(row, record);
  record.config_hash = datagram.snapshot.config_hash;
  if (page.index == kNoPage) {
    host_table_.write(slot, record);
    return;
  }
  CheckNameId& name = record.check_names[page.index];
  if (!check_names_.is(name, page.name)) {
    check_names_.release(name);
    name = check_names_.use(page.name);
  }
  const auto place = place_of(page, record, row);
  record.message_count = row.message_count;
  if (!place) {
    host_table_.write(slot, record);
    return;
  }
  const bool has_run = page.age_ms != kNoAge;
  const Milliseconds age{has_run ? page.age_ms : 0};
  const KeptMessage message{.run_at = datagram.arrival.now - age,
                            .value = record.values[page.index],
                            .index = page.index,
                            .state = page.state,
                            .has_run = has_run,
                            .message = page.message};
  host_table_.write(slot, record, *place, message);
}

/// Finds the place for a page's message: the place of its check's last message, or else a free one,
/// or else the place of the check that is in the best state now, if the page's check is in a worse.
std::optional<unsigned> Fleet::place_of(const DetailPage& page, const HostRecord& record,
                                        Row& row) const {
  const auto begin = row.message_of.begin();
  const auto end = begin + row.message_count;
  auto place = std::find(begin, end, page.index);
  if (place == end && row.message_count < options_.messages_per_host) {
    ++row.message_count;
  } else if (place == end) {
    const auto badness_now = [&](std::uint8_t check) { return badness(record.states[check]); };
    place = std::min_element(begin, end, [&](std::uint8_t one, std::uint8_t other) {
      return badness_now(one) < badness_now(other);
    });
    if (place == end || badness_now(*place) >= badness(page.state)) return std::nullopt;
  }
  *place = page.index;
  return static_cast<unsigned>(place - begin);
}

void Fleet::void_pages(Row& row, HostRecord& record) {
  for (CheckNameId& name : record.check_names) {
    check_names_.release(name);
    name = 0;
  }
  row.message_count = 0;
  record.message_count = 0;
}

}  // namespace flatline
