#pragma once

// The heart: takes datagrams, judges hosts, and makes a view of all slots at every tick.
//
// It is pure: it does no I/O and reads no clock, but is handed bytes and the time. So everything
// that it decides can be decided again in a test or in a simulation, with time turned by hand.
//
// Main builds it from the configuration and the fleet keys, and gives it back what the journal kept
// of its last life: restore() for hosts, bans and the freeze, then restore_freed(). After that one
// thread alone calls it, the loop's. The loop hands accept_all() each batch that it took off the
// socket, calls beat() when nothing else happened for a while, and tick() once a tick. Between them
// the action executor carries out what operators ordered: drain(), forget() and the like.
//
// A datagram goes through judge() (fleet_judge.cc), whose tests stand in the order of their cost:
// header, key, order, budget, tag, ban, contract, clock, name, room. What is refused is counted by
// its reason and changes no host. What is good reaches take() (fleet_take.cc), which writes the
// host's verdict and deadline into the columns and what it said into the host table. A tick sweeps
// the columns, never the hosts (sweep.cc), so that it costs the same however they are.
//
// No other thread calls anything here, and nothing here is locked. The fleet is the only writer of
// the host table, which other threads read by sequence locks. Everything is allocated at
// construction: accept_all() and tick() allocate nothing, and what they cost does not depend on
// what hosts say.

#include <optional>
#include <span>
#include <vector>

#include "collector/fleet/ban_table.h"
#include "collector/fleet/budget.h"
#include "collector/fleet/check_names.h"
#include "collector/fleet/departures.h"
#include "collector/fleet/epoch_opener.h"
#include "collector/fleet/flapping.h"
#include "collector/fleet/free_slots.h"
#include "collector/fleet/group_counter.h"
#include "collector/fleet/group_judge.h"
#include "collector/fleet/group_places.h"
#include "collector/fleet/lag.h"
#include "collector/fleet/notices.h"
#include "collector/fleet/received_datagram.h"
#include "collector/fleet/self_doubt.h"
#include "collector/fleet/slot_columns.h"
#include "collector/fleet/slot_index.h"
#include "collector/fleet/snapshot_order.h"
#include "collector/view/action.h"
#include "collector/view/host_table.h"
#include "collector/view/tenancy.h"
#include "collector/view/view.h"
#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"

namespace flatline {

struct FleetOptions {
  std::uint32_t capacity = kDefaultCapacity;
  Duration tick{kDefaultTick};
  unsigned stale_after = kDefaultStaleAfter;
  Milliseconds min_interval{kDefaultInterval};
  Duration window{kDefaultWindow};
  unsigned panic_below_percent = kDefaultPanicBelowPercent;
  unsigned messages_per_host = kDefaultMessagesPerHost;
  std::vector<FleetKey> keys;      ///< One or two, of one fleet.
  std::uint64_t start_number = 0;  ///< The high half of every generation.
  /// How long a host must be silent, watched all the time, to be forgotten; 0: none ever is.
  Duration forget_after{0};
  std::vector<LabelText> group_by;  ///< Up to kGroupKeys different label keys.
  std::vector<QuorumRule> quorums;  ///< At most one a group, each of a key in `group_by`.
};

/// What the collector's edge (socket, loop, journal) has noticed since start; each tick gets it.
struct TickInputs {
  std::uint64_t lost = 0;
  std::uint64_t filtered = 0;
  std::uint64_t late_ticks = 0;
  Duration worst_lateness{0};
  LoopWork work;
  bool degraded = false;
};

class Fleet {
 public:
  /// `host_table` must have the capacity and messages of `options`.
  Fleet(const FleetOptions& options, HostTable& host_table, Instant start);

  // What an earlier start knew is restored before the first datagram.

  /// Gives a slot back to its host. The host keeps its last verdict until a window after `now`, and
  /// its last (epoch, sequence) is the one to beat. False if the slot lies beyond the capacity or
  /// is taken, or if the host has another slot already.
  [[nodiscard]] bool restore(const RestoredHost& tenancy, Instant now);
  /// `slots` are those that hosts have left, the one left first in front. They are reused in that
  /// order, after the slots that nobody ever had.
  void restore_freed(std::span<const std::uint32_t> slots);
  /// Puts a ban back. False if BanTable::restore() refuses it.
  [[nodiscard]] bool restore(std::uint32_t place, const Ban& ban) {
    return bans_.restore(place, ban);
  }
  void restore(const Freeze& freeze);
  /// Gives a check's name the place among the causes that it had. Call it before hosts are
  /// restored.
  void restore(const PlacedCause& cause) { check_names_.restore(cause.place, cause.name); }

  /// Judges one datagram and, if it is good, makes it the host's state. Of `arrival`, `now` is what
  /// ReceivePace (ingest/) reckons, and `wall` the wall clock when it was taken off the socket.
  [[nodiscard]] Outcome accept(std::span<const std::byte> bytes, const Address& source,
                               const Moment& arrival);
  /// Does the same for each datagram of a batch, in its order, and is faster than so many calls of
  /// accept(). Returns how many were accepted. A batch has at most kReceiveBatch datagrams.
  std::size_t accept_all(std::span<const ReceivedDatagram> batch, const Moment& arrival);

  /// From now on these keys are live: one or two, of the same fleet. What was derived from a key
  /// that is not among them is forgotten. Returns how many registered hosts are refused from now on
  /// that were not before, because they spoke last with such a key.
  std::uint32_t set_keys(std::vector<FleetKey> keys);
  [[nodiscard]] const std::vector<FleetKey>& keys() const { return options_.keys; }
  /// From now on these quorums are asked for, and no others; limits as for FleetOptions::quorums.
  void set_quorums(std::span<const QuorumRule> quorums);

  // What operators do (CONTRACT.md, "Actions"). None of these allocates. With kNoHost, kNoRoom and
  // kFleetFull nothing was changed. Ends are compared with the wall clock at each tick.

  /// With `from` it begins then, unless the host is drained already: it then stays so until the new
  /// end. It takes the place of the drain before, be that in force or planned.
  ActionEffect drain(AgentId agent, WallTime until, WallTime from = {}, WallTime now = {});
  /// Ends a drain, or cancels one that is planned.
  ActionEffect undrain(AgentId agent, WallTime now);
  ActionEffect forget(AgentId agent);
  ActionEffect admit(AgentId agent);
  ActionEffect reset(AgentId agent, WallTime now);
  /// Refuses credential generations under `below`; 0 lifts the revocation.
  ActionEffect revoke(AgentId agent, const HostName& name, std::uint16_t below);
  /// Gives a host a slot before it is heard, and lifts a tombstone that kept it out. Its grace is
  /// kExpectedGrace of the fleet's time; `now` is shown as the time of its registration.
  ActionEffect expect(AgentId agent, const HostName& name, WallTime now);
  /// Frees the slot of a host that was not heard since it was expected. Who was heard stays: between
  /// the order and its execution a host may have come up.
  ActionEffect unexpect(AgentId agent);
  ActionEffect freeze(const Freeze& freeze);
  ActionEffect unfreeze(WallTime now);

  /// Tells the fleet that the collector is running. Call it at least once in each beat_period(): a
  /// gap of more than two periods counts as a pause and moves every deadline by the gap less one
  /// period. accept() and tick() are beats too. A datagram's arrival may lie before the last beat.
  void beat(Instant now) { advance(now); }
  [[nodiscard]] Duration beat_period() const { return beat_; }

  /// Sweeps every slot and returns the view of this tick, which is valid until the next call.
  const View& tick(const Moment& moment, const TickInputs& inputs);

 private:
  /// What accept() needs of a slot and readers do not.
  struct Row {
    SecretKey epoch_key{};  ///< Fits order.epoch(), key_id and credential_generation (has_key).
    SnapshotOrder order;
    Lag lag;
    AgentId agent_id{};       ///< Stays when the host leaves, until the slot is reused.
    Instant own_free_at{};    ///< Budget::take_own's.
    Instant share_at{};       ///< Budget::take_share's.
    Duration window{0};       ///< How long its silence must last to count.
    Instant pending_since{};  ///< In the fleet's time; of HostRecord::pending.
    Instant next_change{};    ///< In the fleet's time; see take_changes().
    std::uint32_t stored_interval_ms = 0;  ///< The interval that the journal was told of.
    std::uint16_t credential_generation = 0;
    std::uint8_t key_id = 0;
    bool has_key = false;
    bool registered = false;
    bool labels_differ = false;  ///< From those that its groups and the journal know.
    bool under_other = false;    ///< It may find groups with places of their own.
    std::uint8_t message_count = 0;
    std::array<std::uint8_t, kChecks> message_of{};  ///< Which check each kept message tells of.
  };

  struct IncomingDatagram;  // A datagram while judge() works on it.

  void prefetch(AgentId agent) const;
  Outcome judge(IncomingDatagram& datagram);
  [[nodiscard]] SnapshotOrder::Rank rank_of(const Row* row, const Header& header) const;
  [[nodiscard]] bool take_opening(Row* row, const IncomingDatagram& datagram, bool is_newer);
  [[nodiscard]] bool open(IncomingDatagram& datagram, Row* row);
  bool clocks_agree(const IncomingDatagram& datagram);
  [[nodiscard]] Outcome judge_old(const IncomingDatagram& datagram, std::uint32_t slot,
                                  SnapshotOrder::Rank rank, bool is_fresh);
  Outcome refuse(Outcome outcome, const IncomingDatagram& datagram);
  Outcome bar(const IncomingDatagram& datagram);
  Outcome refuse_key(const IncomingDatagram& datagram);
  void lift_tombstone(AgentId agent);
  void mark_conflict(const IncomingDatagram& datagram, std::uint32_t slot);
  [[nodiscard]] bool is_over(const Notice& notice);
  Outcome take(const IncomingDatagram& datagram, std::uint32_t slot);

  [[nodiscard]] std::optional<std::uint32_t> enter(const IncomingDatagram& datagram);
  [[nodiscard]] std::optional<std::uint32_t> claim(AgentId agent);
  void settle(std::uint32_t slot, HostRecord record);
  void restore_verdict(std::uint32_t slot, std::uint8_t planes, Instant fleet_now);
  void restore_cause(std::uint32_t slot, std::uint8_t cause);
  void occupy(std::uint32_t slot, const HostRecord& record);
  void leave(std::uint32_t slot);
  void await(std::uint32_t slot, Milliseconds grace);
  void welcome(std::uint32_t slot);
  [[nodiscard]] bool is_awaited(std::uint32_t slot) const {
    return (columns_.verdicts()[slot] & kAwaitedVerdict) != 0;
  }
  [[nodiscard]] std::optional<std::uint32_t> slot_of(AgentId agent) const;
  [[nodiscard]] bool is_silent(std::uint32_t slot, Instant fleet_now) const {
    return rows_[slot].registered && (is_awaited(slot) || !columns_.is_alive(slot, fleet_now));
  }
  void set_drain(std::uint32_t slot, WallTime until, WallTime from);

  void watch(Instant fleet_now, std::uint32_t flags);
  void forget_silent(const Moment& moment, Instant fleet_now);
  [[nodiscard]] bool is_long_silent(std::uint32_t slot, WallTime wall, Instant fleet_now);

  static void take_record(const IncomingDatagram& datagram, bool late, HostRecord& record);
  [[nodiscard]] std::uint8_t cause_after(std::uint8_t last, bool stays, bool overdue,
                                         const HostRecord& record) const;
  void take_page(const IncomingDatagram& datagram, std::uint32_t slot, HostRecord& record);
  [[nodiscard]] std::optional<unsigned> place_of(const DetailPage& page, const HostRecord& record,
                                                 Row& row) const;
  void void_pages(Row& row, HostRecord& record);
  void take_changes(std::uint32_t slot, const HostRecord& record, Instant fleet_now);
  void enter_groups(std::uint32_t slot, const Labels& labels);

  [[nodiscard]] const FleetKey* find_key(std::uint8_t key_id) const;
  [[nodiscard]] LiveKeys live_keys() const;
  [[nodiscard]] Duration window_of(Milliseconds interval) const;
  Instant advance(Instant now);

  FleetOptions options_;
  Duration beat_;
  HostTable& host_table_;
  Budget budget_;
  SelfDoubt doubt_;
  SlotIndex index_;
  FreeSlots free_;
  Departures departures_;
  BanTable bans_;
  CheckNames check_names_;
  Notices notices_;
  Flapping flapping_;
  HugePageVector<Row> rows_;
  SlotColumns columns_;
  GroupPlaces groups_;
  GroupCounter group_counter_;
  GroupJudge group_judge_;
  WallTime frozen_until_{};
  EpochOpener opener_;
  View view_;
  OutcomeCounts outcomes_{};
  Snapshot snapshot_;  ///< Scratch: the snapshot that is being judged.
  KnownTexts known_;   ///< Scratch: the name and labels that its host sent before.
  HostRecord record_;  ///< Scratch: a copy of the record that is being changed.
  std::uint64_t generation_;
  std::uint64_t lost_ = 0;         ///< TickInputs::lost at the last tick.
  Duration watched_{0};            ///< How long the fleet was watched since the start.
  Instant watched_until_;          ///< In the fleet's time.
  Instant forget_next_{};          ///< No host is forgotten before, in the fleet's time.
  std::uint32_t forget_from_ = 0;  ///< The next slot to look at.
  Instant last_tick_;
  Instant last_seen_;   ///< The newest time that any call handed in.
  Duration paused_{0};  ///< The sum of all pauses: the fleet's time stood still during them.
};

}  // namespace flatline
