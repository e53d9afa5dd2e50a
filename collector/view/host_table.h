#pragma once

// What readers may see of every slot: the host's record, its last messages and the names of its
// checks. The fleet is the only writer; any thread copies rows out, and a sequence lock for each
// slot keeps the copies whole. Names and labels, and whose a slot is, lie apart from the rest of
// the record, one slot behind the other: a filter that reads them of all slots reads nothing else.
// The table also marks for the journal which slots' registry rows changed, and it holds the action
// board. Everything is allocated at construction.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "collector/view/action_board.h"
#include "collector/view/cause_name.h"
#include "collector/view/dirty_table.h"
#include "collector/view/seqlock.h"
#include "schema/program/address.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// The index of a check's name in the host table; 0 means that there is no name.
using CheckNameId = std::uint16_t;

/// One slot as readers see it. It must be trivially copyable and whole words (SeqlockWords). What
/// stands first is what filters read of every slot: the texts, and from `states` to `key_id`.
struct HostRecord {
  HostName name;
  Labels labels;
  std::array<CheckState, kChecks> states{};
  std::array<CheckNameId, kChecks> check_names{};
  std::uint64_t config_hash = 0;
  std::uint64_t received = 0;  ///< How many of its snapshots came since the collector's start.
  std::uint32_t agent_version = 0;
  std::uint16_t credential_generation = 0;
  bool has_spoken = false;  ///< Its key and generation are known, be it from an earlier start.
  std::uint8_t key_id = 0;
  std::array<float, kChecks> values{};
  AgentId agent_id{};
  WallTime registered_at{};
  WallTime drained_from{};   ///< When its drain begins; zero if it began with the order.
  WallTime drained_until{};  ///< When its drain ends; it is not drained if that is past.
  WallTime reset_at{};       ///< When an operator last reset it; zero if never.
  Instant heard_at{};        ///< When its last snapshot arrived that was not late.
  /// When it last began or ceased to fail, or spoke again after a silence; zero if never since the
  /// collector's start.
  Instant turned_at{};
  Instant refused_at{};  ///< When a datagram under a key that was not live named it while silent.
  std::uint64_t generation = 0;  ///< The generation of the slots that began with this host here.
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;
  Milliseconds uptime{0};
  Milliseconds skew{0};  ///< The collector's wall clock when it came, less the host's when sent.
  Duration lag{0};
  Duration watched_at{0};  ///< ViewHead::watched when it last spoke; below 0 if before the start.
  std::uint64_t lost = 0;  ///< How many sequence numbers were missing among those received.
  Address source;
  Address conflict_source;  ///< The other machine's address, while `conflict` is set.
  std::uint32_t interval_ms = 0;
  bool registered = false;
  bool heard = false;    ///< It was heard since the collector's start, and not late.
  bool awaited = false;  ///< It is of the inventory and was not heard since it was put there.
  bool late = false;     ///< Its last snapshot was late; `lag` says how late.
  bool pending = false;  ///< Some of its checks are PENDING and none fails: they decide nothing.
  std::uint8_t message_count = 0;
  std::uint8_t refused_key_id = 0;  ///< That key; with refused_at.
  std::uint8_t padding[1] = {};
};
static_assert(sizeof(HostRecord) % 8 == 0);
static_assert(sizeof(KnownTexts) == kNameBytes + kLabelsBytes);
static_assert(offsetof(HostRecord, name) == offsetof(KnownTexts, name) &&
              offsetof(HostRecord, labels) == offsetof(KnownTexts, labels) &&
              offsetof(HostRecord, states) == sizeof(KnownTexts));

/// A message that was kept from a detail page (CONTRACT.md, "The snapshot"). It stands beside the
/// check's present state and value only where they are the same.
struct KeptMessage {
  Instant run_at{};        ///< When the run was that it tells of: the page's arrival less its age.
  float value = kNoValue;  ///< The check's value in the page's snapshot.
  std::uint8_t index = 0;
  CheckState state = CheckState::kNone;
  bool has_run = false;  ///< False if there was no run yet, or none that the page could tell of.
  std::uint8_t padding[1] = {};
  Message message;
};
static_assert(sizeof(KeptMessage) % 8 == 0);

/// Which of a host's texts are read.
enum class TextParts : std::uint8_t { kName, kLabels, kBoth };

class HostTable {
 public:
  HostTable(std::uint32_t capacity, unsigned messages_per_host);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] unsigned messages_per_host() const { return messages_per_host_; }

  // --- Any thread -------------------------------------------------------------------------------

  /// Copies one record. False if the writer overtook every attempt (kReadAttempts).
  [[nodiscard]] bool read(std::uint32_t slot, HostRecord& record) const;

  /// Copies one record but for its name and the values of its checks, which are a third of it and
  /// stay as they are in `record`.
  [[nodiscard]] bool read_states(std::uint32_t slot, HostRecord& record) const;

  /// Copies the record and its messages, all as of one moment. The first record.message_count
  /// messages are meaningful.
  [[nodiscard]] bool read(std::uint32_t slot, HostRecord& record,
                          std::span<KeptMessage, kChecks> messages) const;

  /// The generation of a slot that no host has: above all others, as of one who came after any
  /// view. A host of an earlier start of the collector has 0.
  static constexpr std::uint64_t kNobody = ~std::uint64_t{0};

  /// What filters read of each slot, for little: the generation of the slot's host (or kNobody),
  /// and its texts, or one of them, or, of its record, the members from `states` to `key_id`.
  [[nodiscard]] bool read(std::uint32_t slot, std::uint64_t& generation, KnownTexts& texts,
                          TextParts parts = TextParts::kBoth) const;
  [[nodiscard]] bool read_facts(std::uint32_t slot, std::uint64_t& generation,
                                HostRecord& record) const;

  /// When the drain of the slot's host ends; zero where none is drained. It is one word, and is
  /// read without the lock.
  [[nodiscard]] WallTime drained_until(std::uint32_t slot) const {
    WallTime until;
    rows_.load(row_of(slot) + offsetof(HostRecord, drained_until) - sizeof(KnownTexts), &until,
               sizeof until);
    return until;
  }

  /// The id of the slot's registered host; kNone if there is none.
  [[nodiscard]] AgentId agent(std::uint32_t slot) const {
    return static_cast<AgentId>(agent_ids_[slot].load(std::memory_order_relaxed));
  }
  /// The slot whose registered host has this id. It looks through all slots.
  [[nodiscard]] std::optional<std::uint32_t> find(AgentId agent) const;

  /// The name is empty for 0, for an id that nobody uses any more, and if the writer overtook every
  /// attempt.
  [[nodiscard]] CheckName check_name(CheckNameId id) const;

  /// Asks memory for what the slot's record is read by, and written.
  void prefetch(std::uint32_t slot) const {
    prefetch_lines(&locks_[slot], sizeof(Seqlock));
    prefetch_lines(&agent_ids_[slot], sizeof(std::uint64_t));
    generations_.prefetch(slot * sizeof(std::uint64_t), sizeof(std::uint64_t));
    texts_.prefetch(slot * sizeof(KnownTexts), sizeof(KnownTexts));
    rows_.prefetch(row_of(slot), kRowBytes);
  }

  /// Takes marks of slots whose registry rows changed (host, interval, drain, reset): fills `slots`
  /// and returns how many. Call it until it returns 0. The journal is the only caller; a slot that
  /// it fails to store it must mark again (mark_changed).
  std::size_t take_changed(std::span<std::uint32_t> slots);
  void mark_changed(std::uint32_t slot);

  /// What operators have done, apart from the drains, which are in the rows.
  [[nodiscard]] ActionBoard& actions() { return actions_; }
  [[nodiscard]] const ActionBoard& actions() const { return actions_; }

  /// Which check's name has which place in View::causes, by place; the first is of none.
  [[nodiscard]] DirtyTable<CauseName>& cause_names() { return cause_names_; }
  [[nodiscard]] const DirtyTable<CauseName>& cause_names() const { return cause_names_; }

  // --- The writer's thread only -----------------------------------------------------------------

  /// Copies a slot's record as the fleet wrote it last, without the lock. The caller provides the
  /// room, because a record is large and is copied for every datagram.
  void own(std::uint32_t slot, HostRecord& record) const {
    texts_.load_own(slot * sizeof(KnownTexts), &record, sizeof(KnownTexts));
    rows_.load_own(row_of(slot), behind_texts(record), kRowBytes);
  }
  /// Copies its name and labels only.
  void own(std::uint32_t slot, KnownTexts& texts) const {
    texts_.load_own(slot * sizeof texts, &texts, sizeof texts);
  }
  void write(std::uint32_t slot, const HostRecord& record);
  /// Writes the record and one of its messages, so that readers see both or neither.
  void write(std::uint32_t slot, const HostRecord& record, unsigned place,
             const KeptMessage& message);
  void write_check_name(CheckNameId id, const CheckName& name);

 private:
  /// The part of a record that is stored with its messages: all behind the texts.
  static constexpr std::size_t kRowBytes = sizeof(HostRecord) - sizeof(KnownTexts);

  static void* behind_texts(HostRecord& record) {
    return reinterpret_cast<std::byte*>(&record) + sizeof(KnownTexts);
  }
  static const void* behind_texts(const HostRecord& record) {
    return reinterpret_cast<const std::byte*>(&record) + sizeof(KnownTexts);
  }

  template <typename Store>
  void write_row(std::uint32_t slot, const HostRecord& record, Store&& store_more);
  void load(std::uint32_t slot, HostRecord& record) const;
  /// Where the slot's row begins, and its messages.
  [[nodiscard]] std::size_t row_of(std::uint32_t slot) const { return slot * slot_bytes_; }
  [[nodiscard]] std::size_t messages_of(std::uint32_t slot) const {
    return row_of(slot) + kRowBytes;
  }

  std::uint32_t capacity_;
  unsigned messages_per_host_;
  std::size_t slot_bytes_;
  std::unique_ptr<Seqlock[]> locks_;
  SeqlockWords generations_;  ///< kNobody where no host is registered.
  SeqlockWords texts_;
  SeqlockWords rows_;
  SeqlockWords names_;
  Seqlock names_lock_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> agent_ids_;  ///< 0 where no host is registered.
  std::unique_ptr<std::atomic<std::uint64_t>[]> changed_;    ///< A bit a slot.
  ActionBoard actions_;
  DirtyTable<CauseName> cause_names_{kCausePlaces};
};

}  // namespace flatline
