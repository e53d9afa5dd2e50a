#include "collector/journal/registry_start.h"

#include <fmt/core.h>

#include <thread>

#include "collector/journal/data_folder.h"
#include "collector/journal/registry_rescue.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

/// SQLite's name for a database that is only in memory.
constexpr const char* kNowhere = ":memory:";

/// A file about which the system does not tell is not taken for empty: it may still hold what it
/// held.
bool may_hold_something(const fs::path& file) {
  const Presence presence = presence_of(file);
  return presence.is_unknown() || (presence.is_there() && presence.size_bytes() > 0);
}

/// Reads the hosts, but leaves out rows that are not sound or not of this fleet. An agent id is the
/// hash of its name, so a flipped bit in either shows. A host that is left out registers anew when
/// it speaks.
std::vector<RestoredHost> read_hosts(Registry& registry, const fs::path& file,
                                     const RegistryOptions& options) {
  HostRows rows = registry.read_host_rows();
  const std::size_t foreign = std::erase_if(rows.tenancies, [&](const RestoredHost& tenancy) {
    return options.fleet && agent_id_of(*options.fleet, tenancy.name.view()) != tenancy.agent_id;
  });
  if (rows.unsound + foreign > 0) {
    log_warning("{}: {} rows of hosts are damaged, {} are not of this fleet; they are left out",
                file.string(), rows.unsound, foreign);
  }
  return std::move(rows.tenancies);
}

/// Adds what the checkpoint knows about a host.
void remember(const CheckpointSlot& slot, WallTime checkpointed_at, RestoredHost& tenancy) {
  if (slot.agent_id != tenancy.agent_id) return;
  tenancy.last = {slot.epoch,  slot.sequence, slot.credential_generation, slot.key_id,
                  slot.planes, true,          silence_in(slot.timing)};
  // An operator has reset the host since the checkpoint.
  if (tenancy.reset_at > checkpointed_at) tenancy.last.epoch = tenancy.last.sequence = 0;
  // Either interval may be the newer one. The longer one raises no false alarm.
  const Milliseconds interval = interval_in(slot.timing);
  if (interval > tenancy.interval && interval <= kMaxInterval) tenancy.interval = interval;
}

RegistryStart read(std::unique_ptr<Registry> registry, const fs::path& file,
                   const RegistryOptions& options) {
  RegistryStart start;
  start.start_number = registry->count_start(wall_now());
  start.restored = read_hosts(*registry, file, options);
  const CheckpointTable::Held held = registry->read_checkpoint();
  start.checkpointed = held.view;
  if (held.broken_chunks > 0) {
    log_warning("{}: {} pages of the checkpoint are broken; their hosts begin as unknown",
                file.string(), held.broken_chunks);
  }
  const WallTime now = wall_now();
  for (RestoredHost& tenancy : start.restored) {
    tenancy.grace_left = grace_left(tenancy.registered_at, now);
    if (tenancy.slot < held.slots.size())
      remember(held.slots[tenancy.slot], held.view.time, tenancy);
  }
  start.freed = registry->freed_slots();
  std::erase_if(start.freed, [&](std::uint32_t slot) { return slot >= options.capacity; });
  start.actions = registry->read_actions();
  start.causes = registry->read_causes();
  start.registry = std::move(registry);
  return start;
}

RegistryStart open(const fs::path& path, const fs::path& file, const RegistryOptions& options,
                   Database::Mode mode) {
  return read(std::make_unique<Registry>(path, options.capacity, wall_now(), options.resize, mode),
              file, options);
}

/// A file that is damaged at first sight is read again. If it is sound then, so was the file, and
/// the disk was not. `lost` tells what was lost, also where this throws.
RegistryStart start_on_disk(const fs::path& file, const RegistryOptions& options,
                            std::string& lost) {
  const auto attempt = [&] { return open(file, file, options, Database::Mode::kCreate); };
  try {
    return attempt();
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    log_warning("{}: {}; it is read again", file.string(), error.what());
  }
  SecondReading reading = read_again(file);
  if (reading.damage.empty()) {
    try {
      return attempt();
    } catch (const SqliteError& error) {
      if (!error.is_corruption()) throw;
      reading.damage = error.what();  // SQLite finds it sound, and it is none that we make.
    }
  }
  lost = replace_registry(file, reading, options.capacity, options.resize).lost;
  reading.copy.reset();
  return attempt();
}

/// Waits until the second is over that this start is numbered by. The number is on no disk, so a
/// start within the same second would get it, too. (A clock that is set back meanwhile can still
/// repeat it.)
void outwait(std::uint64_t start_number) {
  const auto over = WallTime{std::chrono::seconds{start_number + 1}} - wall_now();
  if (over > Milliseconds{0} && over <= kDiskPatience) std::this_thread::sleep_for(over);
}

/// Takes into memory what can still be read of a damaged file.
RegistryStart rescue_in_memory(const fs::path& file, const RegistryOptions& options) {
  const SecondReading reading = read_again(file);
  auto registry = std::make_unique<Registry>(kNowhere, options.capacity, wall_now());
  const auto rescued =
      reading.copy ? registry->rescue(*reading.copy) : Registry::Rescued::nothing();
  RegistryStart start = read(std::move(registry), file, options);
  start.lost = rescued.lost;
  return start;
}

/// Goes on from a file of which some pages cannot be read now, if these hold none of the bans,
/// hosts and actions: what operators revoked must not be undone, and what is in memory is what is
/// stored later. A log that holds anything may hold any of it. Returns whether that is so.
bool start_readable(const fs::path& file, const RegistryOptions& options, RegistryStart& start) {
  if (known_presence_of(file.string() + "-wal").size_bytes() > 0) return false;
  Database readable(file, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kReadableCopy);
  auto registry = std::make_unique<Registry>(kNowhere, options.capacity, wall_now());
  const Registry::Rescued rescued = registry->rescue(readable);
  if (!rescued.has_present) return false;
  log_warning("{}: some pages cannot be read now, of: {}", file.string(),
              rescued.lost.empty() ? "an index" : rescued.lost);
  start = read(std::move(registry), file, options);
  return true;
}

/// Starts without the disk. A file that is there must be read, or what operators revoked would be
/// undone.
RegistryStart start_in_memory(const fs::path& file, const RegistryOptions& options) {
  if (!may_hold_something(file)) return open(kNowhere, file, options, Database::Mode::kCreate);
  try {
    try {
      return open(file, file, options, Database::Mode::kCopy);
    } catch (const SqliteError& error) {
      if (!error.is_corruption()) throw;
    }
    return rescue_in_memory(file, options);
  } catch (const SqliteError& unread) {
    const std::string why = fmt::format("{}: cannot read it: {}", file.string(), unread.what());
    try {
      RegistryStart start;
      if (start_readable(file, options, start)) return start;
    } catch (const SqliteError&) {
      // Less of it can be read than that takes.
    }
    throw Failure(why);
  }
}

}  // namespace

RegistryStart start_registry(const fs::path& folder, const RegistryOptions& options) {
  const fs::path file = folder / kRegistryFile;
  const bool has_history = may_hold_something(folder / kHistoryFile);
  const bool has_registry = may_hold_something(file);
  if (has_history && !has_registry) {
    log_warning("{}: it is {}, beside a history; hosts begin anew, in other slots", file.string(),
                presence_of(file).is_there() ? "empty" : "not there");
  }
  std::string lost;
  try {
    RegistryStart start = start_on_disk(file, options, lost);
    start.lost = lost;
    return start;
  } catch (const SqliteError& error) {
    const std::string trouble = fmt::format("{}: {}", file.string(), error.what());
    if (!has_registry && !has_history) throw Failure(trouble);
    RegistryStart start = start_in_memory(file, options);
    start.registry.reset();
    outwait(start.start_number);
    start.trouble = trouble;
    if (start.lost.empty()) start.lost = lost;
    return start;
  }
}

std::string loss_of(const fs::path& file, const std::string& lost) {
  return fmt::format("{}: it was damaged; lost: {}", file.string(), lost);
}

}  // namespace flatline
