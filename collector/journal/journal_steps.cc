#include "collector/journal/journal_steps.h"

#include <fmt/core.h>

#include <string>

#include "collector/journal/restored_planes.h"
#include "schema/program/clock.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

HistoryShape shape_of(const JournalOptions& options) {
  return {options.capacity, static_cast<std::uint32_t>(options.history_keep / options.history_step),
          options.history_step, true, options.history_causes};
}

RegistryOptions registry_options(const JournalOptions& options) {
  return {options.capacity, options.resize ? Registry::Resize::kAllow : Registry::Resize::kRefuse,
          options.fleet};
}

/// If the history's file has another shape than `wanted`, it is set aside with `resize` and refused
/// without. A file that cannot be read now keeps no collector from starting: the journal's thread
/// deals with it.
void settle_history(const fs::path& folder, const HistoryShape& wanted, bool resize) {
  const fs::path file = folder / kHistoryFile;
  if (!presence_of(file).is_there()) return;
  HistoryShape found;
  try {
    Database database(file, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kExisting);
    found = read_history_shape(database, file);
  } catch (const SqliteError&) {
    return;
  }
  if (found.has_size_of(wanted)) return;  // What else its steps hold changes as it is opened.
  if (!resize) require_shape(file, found, wanted);
  const fs::path aside = set_aside(file, fmt::format("capacity-{}", found.capacity), wall_now());
  if (!presence_of(file).is_missing()) return;  // It could not be renamed; the thread says so.
  log_info("{}: set aside as {}, a new history begins", file.string(), aside.string());
}

}  // namespace

JournalSteps::JournalSteps(const JournalOptions& options, HostTable& host_table,
                           const ViewBoard& board)
    : options_(options),
      board_(board),
      lock_(options.folder, options.taken_over),
      registry_(options.folder, registry_options(options), host_table, watch_, &broken_),
      shape_(shape_of(options)),
      history_(options.folder, shape_, &broken_,
               [this](const View& view) { registry_.store_groups(view.head, view.groups); }) {
  restore_newer_planes(options.folder, registry_.start().checkpointed, registry_.start().restored);
  settle_history(options.folder, shape_, options.resize);
}

void JournalSteps::store_changes(bool last) {
  watch_.ask();
  registry_.store_changes(lock_, ticked(), last);
  watch_.ask();
}

bool JournalSteps::store_history() {
  return history_.turn(board_, lock_);
}

void JournalSteps::checkpoint(bool last) {
  watch_.ask();
  registry_.checkpoint(board_, options_.checkpoint_period, last);
  watch_.rest();
}

/// The time of the loop's last tick: for the journal no time passes between two ticks.
Instant JournalSteps::ticked() const {
  ViewHead head;
  return board_.read_head(head) ? head.at : Instant{};
}

StorageStatus JournalSteps::status() const {
  StorageStatus now;
  now.lost_steps = history_.lost_steps();
  now.history = history_.work();
  now.checkpoints = registry_.checkpoint_work();
  now.registry_rows = registry_.rows_stored();
  const auto add = [&now](Trouble trouble, const std::string& text) {
    if (!text.empty()) now.add_trouble(trouble, text);
  };
  add(Trouble::kRegistry, registry_.trouble());
  add(Trouble::kLoss, registry_.loss());
  add(Trouble::kHistory, history_.trouble());
  return now;
}

std::optional<JournalSteps::Silence> JournalSteps::look() {
  ViewHead head;
  if (!board_.read_head(head) || head.tick == 0) return std::nullopt;
  const Moment now = head.moment();
  const Duration silent = watch_.look(now);
  if (silent == Duration{0}) return Silence{};
  return Silence{silent, shape_.steps_between(watch_.since(), now)};
}

}  // namespace flatline
