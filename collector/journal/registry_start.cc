#include "collector/journal/registry_start.h"

#include <fmt/core.h>

#include <thread>

#include "collector/journal/data_folder.h"
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
  start.registry = std::move(registry);
  return start;
}

RegistryStart open(const fs::path& path, const fs::path& file, const RegistryOptions& options,
                   Database::Mode mode) {
  return read(std::make_unique<Registry>(path, options.capacity, wall_now(), options.resize, mode),
              file, options);
}

RegistryStart start_on_disk(const fs::path& file, const RegistryOptions& options) {
  try {
    return open(file, file, options, Database::Mode::kCreate);
  } catch (const SqliteError& error) {
    if (!error.is_corruption()) throw;
    put_registry_aside(file, error.what());
  }
  return open(file, file, options, Database::Mode::kCreate);
}

/// Waits until the second is over that this start is numbered by. The number is on no disk, so a
/// start within the same second would get it, too. (A clock that is set back meanwhile can still
/// repeat it.)
void outwait(std::uint64_t start_number) {
  const auto over = WallTime{std::chrono::seconds{start_number + 1}} - wall_now();
  if (over > Milliseconds{0} && over <= kDiskPatience) std::this_thread::sleep_for(over);
}

/// Starts without the disk, after `error`. A corrupt file that could not even be set aside counts
/// as empty. Any other file must be read, or what operators revoked would be undone.
RegistryStart start_in_memory(const fs::path& file, const RegistryOptions& options,
                              const SqliteError& error) {
  if (error.is_corruption() || !may_hold_something(file)) {
    return open(kNowhere, file, options, Database::Mode::kCreate);
  }
  try {
    return open(file, file, options, Database::Mode::kCopy);
  } catch (const SqliteError& unread) {
    throw Failure(fmt::format("{}: cannot read it: {}", file.string(), unread.what()));
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
  try {
    return start_on_disk(file, options);
  } catch (const SqliteError& error) {
    const std::string trouble = fmt::format("{}: {}", file.string(), error.what());
    if (!has_registry && !has_history) throw Failure(trouble);
    RegistryStart start = start_in_memory(file, options, error);
    start.registry.reset();
    outwait(start.start_number);
    start.trouble = trouble;
    return start;
  }
}

void put_registry_aside(const fs::path& file, const std::string& why) {
  const auto aside = set_aside(file, "corrupt", wall_now());
  if (!presence_of(file).is_missing()) return;  // It could not even be renamed.
  log_warning("{}: {}; set aside as {}, a new registry begins", file.string(), why, aside.string());
}

}  // namespace flatline
