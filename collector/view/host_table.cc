#include "collector/view/host_table.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::is_trivially_copyable_v<HostRecord>);
static_assert(std::is_trivially_copyable_v<KeptMessage>);

}  // namespace

HostTable::HostTable(std::uint32_t capacity, unsigned messages_per_host)
    : capacity_(capacity),
      messages_per_host_(messages_per_host),
      slot_bytes_(sizeof(HostRecord) + messages_per_host * sizeof(KeptMessage)),
      locks_(std::make_unique<Seqlock[]>(capacity)),
      rows_(std::size_t{capacity} * slot_bytes_),
      names_(kCheckNames * sizeof(CheckName)),
      agent_ids_(std::make_unique<std::atomic<std::uint64_t>[]>(capacity)),
      changed_(std::make_unique<std::atomic<std::uint64_t>[]>(capacity / 64)) {}

bool HostTable::read(std::uint32_t slot, HostRecord& record) const {
  INVARIANT(slot < capacity_);
  return locks_[slot].read([&] { rows_.load(slot * slot_bytes_, &record, sizeof record); });
}

bool HostTable::read(std::uint32_t slot, HostRecord& record,
                     std::span<KeptMessage, kChecks> messages) const {
  INVARIANT(slot < capacity_);
  return locks_[slot].read([&] {
    rows_.load(slot * slot_bytes_, &record, sizeof record);
    rows_.load(slot * slot_bytes_ + sizeof record, messages.data(),
               messages_per_host_ * sizeof(KeptMessage));
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
  locks_[slot].begin_write();
  rows_.store(slot * slot_bytes_, &record, sizeof record);
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
    rows_.store(slot * slot_bytes_ + sizeof record + place * sizeof message, &message,
                sizeof message);
  });
}

void HostTable::write_check_name(CheckNameId id, const CheckName& name) {
  names_lock_.begin_write();
  names_.store(id * sizeof name, &name, sizeof name);
  names_lock_.end_write();
}

}  // namespace flatline
