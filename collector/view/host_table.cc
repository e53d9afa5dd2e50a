#include "collector/view/host_table.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::is_trivially_copyable_v<HostRecord>);
static_assert(std::is_trivially_copyable_v<KeptMessage>);
static_assert(offsetof(HostRecord, values) % 8 == 0);

}  // namespace

HostTable::HostTable(std::uint32_t capacity, unsigned messages_per_host)
    : capacity_(capacity),
      messages_per_host_(messages_per_host),
      slot_bytes_(kRowBytes + messages_per_host * sizeof(KeptMessage)),
      locks_(std::make_unique<Seqlock[]>(capacity)),
      generations_(std::size_t{capacity} * sizeof(std::uint64_t)),
      texts_(std::size_t{capacity} * sizeof(KnownTexts)),
      rows_(std::size_t{capacity} * slot_bytes_),
      names_(kCheckNames * sizeof(CheckName)),
      agent_ids_(std::make_unique<std::atomic<std::uint64_t>[]>(capacity)),
      changed_(std::make_unique<std::atomic<std::uint64_t>[]>(capacity / 64)) {
  for (std::uint32_t slot = 0; slot < capacity; ++slot) {
    generations_.store(slot * sizeof kNobody, &kNobody, sizeof kNobody);
  }
}

void HostTable::load(std::uint32_t slot, HostRecord& record) const {
  texts_.load(slot * sizeof(KnownTexts), &record, sizeof(KnownTexts));
  rows_.load(row_of(slot), behind_texts(record), kRowBytes);
}

bool HostTable::read(std::uint32_t slot, HostRecord& record) const {
  INVARIANT(slot < capacity_);
  return locks_[slot].read([&] { load(slot, record); });
}

bool HostTable::read_states(std::uint32_t slot, HostRecord& record) const {
  INVARIANT(slot < capacity_);
  constexpr std::size_t kTextsBytes = sizeof(KnownTexts);
  constexpr std::size_t kValues = offsetof(HostRecord, values);
  constexpr std::size_t kBehind = kValues + sizeof(HostRecord::values);
  static_assert(kBehind % 8 == 0 && offsetof(HostRecord, labels) == kNameBytes);
  auto* const bytes = reinterpret_cast<std::byte*>(&record);
  return locks_[slot].read([&] {
    texts_.load(slot * kTextsBytes + kNameBytes, &record.labels, sizeof record.labels);
    rows_.load(row_of(slot), behind_texts(record), kValues - kTextsBytes);
    rows_.load(row_of(slot) + kBehind - kTextsBytes, bytes + kBehind, sizeof record - kBehind);
  });
}

bool HostTable::read(std::uint32_t slot, HostRecord& record,
                     std::span<KeptMessage, kChecks> messages) const {
  INVARIANT(slot < capacity_);
  return locks_[slot].read([&] {
    load(slot, record);
    rows_.load(messages_of(slot), messages.data(), messages_per_host_ * sizeof(KeptMessage));
  });
}

bool HostTable::read(std::uint32_t slot, std::uint64_t& generation, KnownTexts& texts,
                     TextParts parts) const {
  INVARIANT(slot < capacity_);
  const std::size_t name = slot * sizeof texts;
  return locks_[slot].read([&] {
    generations_.load<sizeof generation>(slot * sizeof generation, &generation);
    if (parts != TextParts::kLabels) texts_.load<kNameBytes>(name, &texts.name);
    if (parts != TextParts::kName) texts_.load<kLabelsBytes>(name + kNameBytes, &texts.labels);
  });
}

bool HostTable::read_facts(std::uint32_t slot, std::uint64_t& generation,
                           HostRecord& record) const {
  constexpr std::size_t kFactsBytes = offsetof(HostRecord, values) - sizeof(KnownTexts);
  constexpr std::uint32_t kAhead = 8;  // Rows are far apart, so memory is asked for them early.
  INVARIANT(slot < capacity_);
  if (slot + kAhead < capacity_) rows_.prefetch(row_of(slot + kAhead), kFactsBytes);
  return locks_[slot].read([&] {
    generations_.load(slot * sizeof generation, &generation, sizeof generation);
    rows_.load(row_of(slot), behind_texts(record), kFactsBytes);
  });
}

std::optional<std::uint32_t> HostTable::find(AgentId agent) const {
  for (std::uint32_t slot = 0; slot < capacity_; ++slot) {
    if (agent_ids_[slot].load(std::memory_order_relaxed) == static_cast<std::uint64_t>(agent)) {
      return slot;
    }
  }
  return std::nullopt;
}

CheckName HostTable::check_name(CheckNameId id) const {
  INVARIANT(id < kCheckNames);
  CheckName name;
  const bool whole = names_lock_.read([&] { names_.load(id * sizeof name, &name, sizeof name); });
  return whole ? name : CheckName{};
}

std::size_t HostTable::take_changed(std::span<std::uint32_t> slots) {
  std::size_t taken = 0;
  for (std::uint32_t word = 0; word < capacity_ / 64 && taken < slots.size(); ++word) {
    std::uint64_t marks = changed_[word].exchange(0, std::memory_order_acquire);
    for (; marks != 0 && taken < slots.size(); marks &= marks - 1) {
      slots[taken++] = word * 64 + static_cast<std::uint32_t>(std::countr_zero(marks));
    }
    if (marks != 0) changed_[word].fetch_or(marks, std::memory_order_release);
  }
  return taken;
}

void HostTable::mark_changed(std::uint32_t slot) {
  changed_[slot / 64].fetch_or(std::uint64_t{1} << (slot % 64), std::memory_order_release);
}

template <typename Store>
void HostTable::write_row(std::uint32_t slot, const HostRecord& record, Store&& store_more) {
  const std::uint64_t generation = record.registered ? record.generation : kNobody;
  locks_[slot].begin_write();
  generations_.store(slot * sizeof generation, &generation, sizeof generation);
  texts_.store(slot * sizeof(KnownTexts), &record, sizeof(KnownTexts));
  rows_.store(row_of(slot), behind_texts(record), kRowBytes);
  store_more();
  locks_[slot].end_write();
  agent_ids_[slot].store(record.registered ? static_cast<std::uint64_t>(record.agent_id) : 0,
                         std::memory_order_relaxed);
}

void HostTable::write(std::uint32_t slot, const HostRecord& record) {
  write_row(slot, record, [] {});
}

void HostTable::write(std::uint32_t slot, const HostRecord& record, unsigned place,
                      const KeptMessage& message) {
  INVARIANT(place < messages_per_host_);
  write_row(slot, record, [&] {
    rows_.store(messages_of(slot) + place * sizeof message, &message, sizeof message);
  });
}

void HostTable::write_check_name(CheckNameId id, const CheckName& name) {
  names_lock_.begin_write();
  names_.store(id * sizeof name, &name, sizeof name);
  names_lock_.end_write();
}

}  // namespace flatline
