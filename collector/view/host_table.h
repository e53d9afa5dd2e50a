#pragma once

// What readers may see of every slot: the host's record, its last messages, the names of its
// checks. The fleet is its only writer; any thread copies rows out through a sequence lock a slot.
// It also tells the journal which slots changed their host, and holds the action board. Everything
// is allocated at construction.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "collector/view/action_board.h"
#include "collector/view/seqlock.h"
#include "schema/program/address.h"
#include "schema/wire/codec.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// A check's name in the host table's table; 0 is none.
using CheckNameId = std::uint16_t;

/// One slot, as readers see it. Trivially copyable, whole words.
struct HostRecord {
  AgentId agent_id{};
  HostName name;
  Labels labels;
  WallTime registered_at{};
  WallTime drained_until{};      ///< By an operator; past or zero: it is not.
  WallTime reset_at{};           ///< When an operator let it start over; zero: never.
  Instant heard_at{};            ///< When its last snapshot arrived, late ones included.
  std::uint64_t generation = 0;  ///< Of the first view that shows this host in this slot.
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  std::uint64_t config_hash = 0;
  WallTime sent_at{};
  Milliseconds uptime{0};
  Milliseconds skew{0};  ///< The collector's wall clock at arrival less the host's.
  Duration lag{0};
  std::uint64_t received = 0;  ///< Snapshots since the collector's start.
  std::uint64_t lost = 0;      ///< Gaps in their sequence.
  std::array<CheckState, kChecks> states{};
  std::array<float, kChecks> values{};
  std::array<CheckNameId, kChecks> check_names{};
  Address source;
  Address conflict_source;  ///< Of the other machine, while `conflict` is set.
  std::uint32_t interval_ms = 0;
  std::uint32_t agent_version = 0;
  std::uint16_t credential_generation = 0;
  std::uint8_t key_id = 0;
  bool registered = false;
  bool heard = false;    ///< Since the collector's start.
  bool awaited = false;  ///< Of the inventory, and not heard since it was put there.
  std::uint8_t message_count = 0;
  std::uint8_t padding[5] = {};
};
static_assert(sizeof(HostRecord) % 8 == 0);

/// A detail page that was kept.
struct KeptMessage {
  Instant at{};              ///< When it arrived.
  std::uint32_t age_ms = 0;  ///< Of the result, then.
  std::uint8_t index = 0;
  CheckState state = CheckState::kNone;
  std::uint8_t padding[2] = {};
  Message message;
};
static_assert(sizeof(KeptMessage) % 8 == 0);

class HostTable {
 public:
  HostTable(std::uint32_t capacity, unsigned messages_per_host);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] unsigned messages_per_host() const { return messages_per_host_; }

  // --- Any thread -------------------------------------------------------------------------------

  /// Copies one record. False: overtaken at every attempt.
  [[nodiscard]] bool read(std::uint32_t slot, HostRecord& record) const;

  /// Copies the record and up to kChecks messages, as of one moment; record.message_count of them
  /// are filled.
  [[nodiscard]] bool read(std::uint32_t slot, HostRecord& record,
                          std::span<KeptMessage, kChecks> messages) const;

  /// The slot whose registered host has this id, now.
  [[nodiscard]] std::optional<std::uint32_t> find(AgentId agent) const;

  /// Empty for 0 and for an id that is free again.
  [[nodiscard]] CheckName check_name(CheckNameId id) const;

  /// Takes the marks of slots that changed their host since the last call: fills `slots`, returns
  /// how many; call again until 0. One consumer: the journal. A mark is lost to no failure: put it
  /// back with mark_changed.
  std::size_t take_changed(std::span<std::uint32_t> slots);
  void mark_changed(std::uint32_t slot);

  /// What operators have done, beside the drains in the rows.
  [[nodiscard]] ActionBoard& actions() { return actions_; }
  [[nodiscard]] const ActionBoard& actions() const { return actions_; }

  // --- The fleet's alone ------------------------------------------------------------------------

  /// A slot's record as the fleet wrote it last, into room of the caller's: it is large, and comes
  /// by with every datagram.
  void own(std::uint32_t slot, HostRecord& record) const {
    rows_.load_own(slot * slot_bytes_, &record, sizeof record);
  }
  void own(std::uint32_t slot, KnownTexts& texts) const {
    static_assert(offsetof(HostRecord, labels) == offsetof(HostRecord, name) + sizeof(HostName));
    rows_.load_own(slot * slot_bytes_ + offsetof(HostRecord, name), &texts, sizeof texts);
  }
  /// Has memory bring what own() reads and write() writes.
  void prefetch(std::uint32_t slot) const {
    prefetch_lines(&locks_[slot], sizeof(Seqlock));
    prefetch_lines(&agent_ids_[slot], sizeof(std::uint64_t));
    rows_.prefetch(slot * slot_bytes_, sizeof(HostRecord));
  }
  void write(std::uint32_t slot, const HostRecord& record);
  /// The record and one of its messages, as of one moment.
  void write(std::uint32_t slot, const HostRecord& record, unsigned place,
             const KeptMessage& message);
  void write_check_name(CheckNameId id, const CheckName& name);

 private:
  template <typename Store>
  void write_row(std::uint32_t slot, const HostRecord& record, Store&& store_more);

  std::uint32_t capacity_;
  unsigned messages_per_host_;
  std::size_t slot_bytes_;
  std::unique_ptr<Seqlock[]> locks_;
  SeqlockWords rows_;
  SeqlockWords names_;
  Seqlock names_lock_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> agent_ids_;  ///< 0 where no host is registered.
  std::unique_ptr<std::atomic<std::uint64_t>[]> changed_;    ///< A bit a slot.
  ActionBoard actions_;
};

}  // namespace flatline
