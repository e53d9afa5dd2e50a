#include "collector/journal/registry_keeper.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "collector/journal/registry_rescue.h"
#include "collector/view/slot_bytes.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {

RegistryKeeper::RegistryKeeper(const std::filesystem::path& folder, const RegistryOptions& options,
                               HostTable& host_table, DiskWatch& watch, BrokenPages* broken)
    : file_(folder / kRegistryFile),
      capacity_(options.capacity),
      host_table_(host_table),
      watch_(watch),
      broken_(broken),
      actions_(host_table.actions()),
      causes_(host_table.cause_names()),
      start_(start_registry(folder, options)),
      registry_(std::move(start_.registry)),
      resize_(registry_ ? Registry::Resize::kRefuse : options.resize),
      loss_(folder),
      view_(options.capacity),
      planes_(options.capacity),
      confirmed_groups_((start_.start_number << 32) - 1),
      trouble_(start_.trouble) {
  const auto& actions = start_.actions.recent;
  if (registry_ && !actions.empty()) actions_.begin_from(actions.back().number);
  if (!start_.lost.empty()) loss_.add(loss_of(file_, start_.lost));
}

/// Notices what others did to the file since the last turn. A lost file can be made anew, because
/// all that was in it, except past tenancies, is in memory.
void RegistryKeeper::see_to_file() {
  loss_.look();
  if (!registry_) return;
  if (registry_->moved()) {
    close_file("the file is no longer there");
    log_warning("{}; it is opened or made anew", trouble_);
  } else if (registry_->is_damaged()) {
    suspect("it was cut or written over");
  } else if (broken_ != nullptr && broken_->take_registry()) {
    suspect("a reader found a damaged page");
    dismissed_ = false;  // A reader's word needs the proof.
  }
}

void RegistryKeeper::close_file(const std::string& why) {
  if (registry_) past_count_ = registry_->past_count();
  registry_.reset();
  trouble_ = fmt::format("{}: {}", file_.string(), why);
}

void RegistryKeeper::suspect(const std::string& damage) {
  close_file(damage);
  suspicion_ = damage;
}

/// Reads a file again that seemed to be damaged. If it is sound now, the disk was at fault, or what
/// it holds is none of what we make: then the same damage shows again soon. A file that is damaged
/// makes room for a new one, with what can be read of it.
void RegistryKeeper::settle_suspicion() {
  SecondReading reading = read_again(file_);
  watch_.ask();
  if (reading.damage.empty() && !dismissed_) {
    log_warning("{}: {}; read again, it is sound, and goes on", file_.string(), suspicion_);
    suspicion_.clear();
    dismissed_ = true;
    return;
  }
  if (reading.damage.empty()) reading.damage = suspicion_;
  const auto rescued = replace_registry(file_, reading, capacity_, resize_);
  suspicion_.clear();
  dismissed_ = false;
  // All but the past is in memory. What was not counted there before may have been lost.
  const bool has_past = past_count_ ? rescued.past >= *past_count_ : rescued.lost_of_past.empty();
  if (has_past) return;
  loss_.add(loss_of(file_, past_count_ ? fmt::format("hosts of the past ({} of {} saved)",
                                                     rescued.past, *past_count_)
                                       : rescued.lost_of_past));
}

/// Opens or makes the file again while the collector runs. Whatever the file holds, all that the
/// host table knows is stored into it.
void RegistryKeeper::open_again() {
  const auto open = [&] {
    return std::make_unique<Registry>(file_, capacity_, wall_now(), resize_);
  };
  if (!suspicion_.empty()) settle_suspicion();
  std::unique_ptr<Registry> registry;
  try {
    registry = open();
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    suspicion_ = error.what();
    settle_suspicion();
    registry = open();
  }
  registry->count_from(start_.start_number);
  groups_stored_ = false;
  registry_ = std::move(registry);
  resize_ = Registry::Resize::kRefuse;
  for (std::uint32_t slot = 0; slot < capacity_; ++slot) host_table_.mark_changed(slot);
  actions_.mark_all();
  causes_.mark_all();
  next_checkpoint_ = Instant{};  // A checkpoint is due at once.
}

void RegistryKeeper::store_changes(FolderLock& lock, Instant now, bool last) {
  std::array<std::uint32_t, kRegistryBatch> slots;
  std::size_t count = 0;
  try {
    lock.hold();
    see_to_file();
    if (!registry_) {
      if (now < next_open_ && !last) return;  // The last attempt's trouble still counts.
      next_open_ = now + kRegistryRetryPeriod;
      open_again();
    }
    actions_.take();
    while ((count = host_table_.take_changed(slots)) > 0) {
      store(std::span(slots).first(count), wall_now());
      watch_.ask();
    }
    if (!actions_.taken().empty()) registry_->store(actions_.taken());
    actions_.stored();
    causes_.take();
    if (!causes_.taken().empty()) registry_->store(causes_.taken());
    causes_.stored();
    trouble_.clear();
  } catch (const std::exception& error) {
    // The marks go back: the next turn tries again, with what is true then.
    for (std::size_t i = 0; i < count; ++i) host_table_.mark_changed(slots[i]);
    actions_.put_back();
    causes_.put_back();
    trouble_ = meet(error);
  }
}

void RegistryKeeper::store(std::span<const std::uint32_t> slots, WallTime now) {
  std::vector<SlotChange> changes;
  changes.reserve(slots.size());
  for (const std::uint32_t slot : slots) {
    HostRecord record;
    if (!host_table_.read(slot, record)) throw Failure("a row was written without a pause");
    SlotChange change{slot, std::nullopt};
    if (record.registered) {
      change.tenancy = RestoredHost{slot,
                                    record.agent_id,
                                    record.name,
                                    record.registered_at,
                                    Milliseconds{record.interval_ms},
                                    {},
                                    record.drained_until,
                                    record.reset_at,
                                    record.awaited,
                                    {},
                                    record.labels,
                                    record.drained_from};
    }
    changes.push_back(change);
  }
  registry_->store(changes, now);
  rows_stored_ += changes.size();
}

/// The first checkpoint is due a period after the last one, whichever start wrote that. So a
/// collector that is killed again and again before its period has passed still writes checkpoints.
/// If the wall clock was set meanwhile, the time moves, but within bounds.
Instant RegistryKeeper::first_checkpoint(const ViewHead& head, Duration period) const {
  const Milliseconds since = head.time - start_.checkpointed.time;
  const auto left = std::chrono::ceil<Milliseconds>(period) - since;
  return head.at + std::clamp(Duration{left}, std::min(Duration{kFirstCheckpoint}, period), period);
}

void RegistryKeeper::checkpoint(const ViewBoard& board, Duration period, bool now) {
  ViewHead head;
  if (!registry_ || !board.read_head(head) || head.tick == 0) return;
  if (!next_checkpoint_) next_checkpoint_ = first_checkpoint(head, period);
  // A disk that takes no changes will take no checkpoint, so the checkpoint waits for them. It does
  // not wait for ever, because changes may have a trouble of their own.
  const Duration wait{trouble_.empty() ? Milliseconds{0} : kRegistryRetryPeriod};
  if (head.at < *next_checkpoint_ + wait && !now) return;
  if (!board.read(view_)) return;  // Overtaken each time; the next turn tries again.
  try {
    write_checkpoint();
    next_checkpoint_ = view_.head.at + period;
    checkpoint_trouble_.clear();
    dismissed_ = false;
  } catch (const std::exception& error) {
    checkpoint_trouble_ = meet(error);
    next_checkpoint_ = view_.head.at + kRegistryRetryPeriod;
  }
}

/// What could not be stored of the places is stored with a later step, and of the steps until then
/// it is not known who had which.
void RegistryKeeper::store_groups(const ViewHead& head, const GroupTable& groups) {
  if (!registry_ || (groups_stored_ && groups.assignment == confirmed_groups_)) return;
  try {
    registry_->store(groups, confirmed_groups_, head.time);
    confirmed_groups_ = groups.assignment;
    groups_stored_ = true;
    groups_trouble_.clear();
  } catch (const std::exception& error) {
    groups_trouble_ = meet(error);
  }
}

void RegistryKeeper::write_checkpoint() {
  to_slot_bytes(view_, planes_);
  const auto fill = [&](std::uint32_t first, std::span<CheckpointSlot> slots) {
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      HostRecord record;
      // Without this row the host would be unknown to the next start: the last checkpoint is
      // better.
      if (!host_table_.read(first + i, record)) throw Failure("a row was written without a pause");
      if (!record.registered) continue;
      // The planes may still be those of the slot's last host.
      const bool seen = record.generation <= view_.head.generation;
      slots[i] = {record.agent_id,
                  record.epoch,
                  record.sequence,
                  record.credential_generation,
                  record.key_id,
                  seen ? planes_[first + i] : std::uint8_t{0},
                  pack_timing(record.interval_ms, view_.head.watched - record.watched_at)};
    }
  };
  checkpoint_work_.add(registry_->write_checkpoint(view_.head, fill));
}

/// Deals with an error and returns what to say about it. Whether a file is damaged that seems so is
/// settled when it may be opened again.
std::string RegistryKeeper::meet(const std::exception& error) {
  const auto* sqlite = dynamic_cast<const SqliteError*>(&error);
  if (sqlite == nullptr) return error.what();
  if (sqlite->is_corruption()) suspect(error.what());
  if (sqlite->is_unreadable())
    close_file(error.what());  // What it is shows when it is opened anew.
  return fmt::format("{}: {}", file_.string(), error.what());
}

}  // namespace flatline
