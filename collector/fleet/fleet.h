#pragma once

// The heart: takes datagrams, judges hosts, and makes a view of all slots at every tick. Pure: no
// I/O, no clock; handed bytes and the time. It is the host table's only writer. Everything is
// allocated at construction: accept() and tick() allocate nothing, and what they cost does not
// depend on what hosts say.

#include <optional>
#include <span>
#include <vector>

#include "collector/fleet/ban_table.h"
#include "collector/fleet/budget.h"
#include "collector/fleet/check_names.h"
#include "collector/fleet/epoch_opener.h"
#include "collector/fleet/flapping.h"
#include "collector/fleet/free_slots.h"
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
};

/// When a datagram came, as far as that is known (ReceivePace), and the wall clock when it was
/// taken off the socket.
struct Arrival {
  Instant now{};
  WallTime wall{};
};

/// What the edge noticed since start, handed in at each tick.
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

  /// Gives a slot back to its host, before the first datagram, with what was last heard of it: it
  /// keeps its last verdict until a window after `now`, and what it said before counts as said.
  /// False: the slot is out of the capacity or taken, or the host has another already.
  [[nodiscard]] bool restore(const RestoredHost& tenancy, Instant now);
  /// Likewise before the first datagram: slots that hosts have left, the oldest first, are reused
  /// in that order, and after those that nobody ever had.
  void restore_freed(std::span<const std::uint32_t> slots);
  /// What operators had ordered in an earlier life. The first: false if it does not fit.
  [[nodiscard]] bool restore(std::uint32_t place, const Ban& ban) {
    return bans_.restore(place, ban);
  }
  void restore(const Freeze& freeze);

  /// Judges one datagram and, if it is good, makes it the host's state.
  Outcome accept(std::span<const std::byte> bytes, const Address& source, const Arrival& arrival);
  /// Does the same with each of a batch, in its order, in less time; returns how many were
  /// accepted.
  std::size_t accept_all(std::span<const ReceivedDatagram> batch, const Arrival& arrival);

  // What operators do (CONTRACT.md, "Actions"). Each allocates nothing; its kNoHost, kNoRoom and
  // kFleetFull change nothing. A time is the wall clock's, judged at each tick.

  ActionEffect drain(AgentId agent, WallTime until);
  ActionEffect undrain(AgentId agent, WallTime now);
  ActionEffect forget(AgentId agent);
  ActionEffect admit(AgentId agent);
  ActionEffect reset(AgentId agent, WallTime now);
  /// Refuses generations under `below`; 0 lifts that.
  ActionEffect revoke(AgentId agent, const HostName& name, std::uint16_t below);
  /// Gives a host a slot before it is heard, and lifts a tombstone that kept it out. It is awaited
  /// for kExpectedGrace of the fleet's time; `now` is when it is told to have been registered.
  ActionEffect expect(AgentId agent, const HostName& name, WallTime now);
  ActionEffect freeze(const Freeze& freeze);
  ActionEffect unfreeze(WallTime now);

  /// Lets the fleet see that the collector lives, at least once in a beat_period(): what is missing
  /// between beats was a pause, which moves every deadline by its length. accept() and tick() are
  /// beats too. Datagrams may have come before the last beat.
  void beat(Instant now) { advance(now); }
  [[nodiscard]] Duration beat_period() const { return beat_; }

  /// Sweeps every slot and returns the view of this tick, valid until the next.
  const View& tick(const Arrival& arrival, const TickInputs& inputs);

 private:
  /// What accept() needs of a slot and readers do not.
  struct Row {
    SecretKey epoch_key{};        ///< Opens what its host says in key_epoch.
    std::uint64_t key_epoch = 0;  ///< As were key_id and credential_generation.
    SnapshotOrder order;
    AgentId agent_id{};  ///< Stays when the host leaves, until the slot is reused.
    Budget::Allowance allowance;
    Budget::Allowance elsewhere;  ///< From another address than its last.
    Duration window{0};
    Instant conflict_until{};
    Address source;
    Instant stored_at{};                   ///< When its interval was given to the registry,
    std::uint32_t stored_interval_ms = 0;  ///< and which.
    std::uint16_t credential_generation = 0;
    std::uint8_t key_id = 0;
    bool has_key = false;
    bool registered = false;
    bool heard = false;  ///< Since the collector's start.
    std::uint8_t message_count = 0;
    std::array<std::uint8_t, kChecks> message_of{};  ///< Which check each kept message tells of.
  };

  struct IncomingDatagram;  // A datagram on its way through judge().

  void prefetch(AgentId agent) const;
  Outcome judge(IncomingDatagram& datagram);
  [[nodiscard]] bool take_opening(Row* row, const IncomingDatagram& datagram);
  [[nodiscard]] bool open(IncomingDatagram& datagram, Row* row);
  bool clocks_agree(const IncomingDatagram& datagram);
  Outcome refuse(Outcome outcome, const IncomingDatagram& datagram);
  Outcome bar(const IncomingDatagram& datagram);
  void lift_tombstone(AgentId agent);
  void take_clone(const IncomingDatagram& datagram, std::uint32_t slot);
  Outcome take(const IncomingDatagram& datagram, std::uint32_t slot);

  [[nodiscard]] std::optional<std::uint32_t> enter(const IncomingDatagram& datagram);
  [[nodiscard]] std::optional<std::uint32_t> claim(AgentId agent);
  void settle(std::uint32_t slot, HostRecord record, Instant now);
  void restore_verdict(std::uint32_t slot, std::uint8_t planes, Instant fleet_now);
  void occupy(std::uint32_t slot, const HostRecord& record);
  void leave(std::uint32_t slot);
  void await(std::uint32_t slot, Milliseconds grace);
  void welcome(std::uint32_t slot);
  [[nodiscard]] bool is_awaited(std::uint32_t slot) const {
    return (columns_.verdicts()[slot] & kAwaitedVerdict) != 0;
  }
  [[nodiscard]] std::optional<std::uint32_t> slot_of(AgentId agent) const;
  void set_drain(std::uint32_t slot, WallTime until);

  void take_page(const IncomingDatagram& datagram, std::uint32_t slot, HostRecord& record);
  [[nodiscard]] std::optional<unsigned> place_of(const DetailPage& page, const HostRecord& record,
                                                 Row& row) const;
  void void_pages(Row& row, HostRecord& record);
  void store_interval(std::uint32_t slot, std::uint32_t interval_ms, Instant now);

  [[nodiscard]] const FleetKey* find_key(std::uint8_t key_id) const;
  [[nodiscard]] Duration window_of(Milliseconds interval) const;
  Instant advance(Instant now);

  FleetOptions options_;
  Duration beat_;
  HostTable& host_table_;
  Budget budget_;
  SelfDoubt doubt_;
  SlotIndex index_;
  FreeSlots free_;
  BanTable bans_;
  CheckNames check_names_;
  Notices notices_;
  Flapping flapping_;
  HugePageVector<Row> rows_;
  SlotColumns columns_;
  WallTime frozen_until_{};
  EpochOpener opener_;
  View view_;
  OutcomeCounts outcomes_{};
  Snapshot snapshot_;  ///< Room for the one that is being judged,
  KnownTexts known_;   ///< for what its host said before,
  HostRecord record_;  ///< and for its record.
  std::uint64_t generation_;
  std::uint64_t lost_ = 0;
  Instant last_tick_;
  Instant last_seen_;   ///< The newest time that anybody handed in.
  Duration paused_{0};  ///< The fleet's time stands still while the collector does.
};

}  // namespace flatline
