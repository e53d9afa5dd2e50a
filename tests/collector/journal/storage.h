#pragma once

// The steps of the journal's thread on a real folder, called by hand, for tests of trouble with the
// disk.

#include <filesystem>
#include <string>

#include "collector/journal/history_keeper.h"
#include "collector/journal/registry_keeper.h"
#include "tests/collector/journal/views.h"

namespace flatline::test {

inline constexpr std::uint32_t kCapacity = 256;
inline const HistoryShape kShape{kCapacity, 12, std::chrono::seconds{1}};

inline HostRecord host_at(std::uint32_t slot) {
  HostRecord record;
  record.agent_id = AgentId{1000U + slot};
  record.name = HostName{"host-" + std::to_string(slot)};
  record.registered_at = kFirstWall;
  record.interval_ms = 1000;
  record.epoch = 5;
  record.sequence = slot;
  record.registered = true;
  return record;
}

/// Both keepers; tick() takes the steps that the journal's thread takes at a tick.
struct Storage {
  explicit Storage(const std::filesystem::path& path)
      : folder(path),
        lock(path, [this] { ++taken_over; }),
        host_table(kCapacity, 0),
        ticker(kCapacity),
        registry(path, {kCapacity}, host_table, watch),
        history(path, kShape) {}

  void enter(std::uint32_t slot) {
    host_table.write(slot, host_at(slot));
    host_table.mark_changed(slot);
  }
  void store_changes() { registry.store_changes(lock, ticker.view.head.at, false); }
  void tick() {
    ticker.pass(std::chrono::seconds{1});
    store_changes();
    while (history.turn(ticker.board, lock)) {
    }
    registry.checkpoint(ticker.board, std::chrono::seconds{3}, false);
  }
  [[nodiscard]] bool well() const {
    return registry.trouble().empty() && history.trouble().empty();
  }
  /// How many hosts the file holds now.
  [[nodiscard]] std::size_t stored() const {
    Database stored(folder / kRegistryFile, 1000, Database::Mode::kReadOnly);
    return static_cast<std::size_t>(stored.number("SELECT count(*) FROM tenancy"));
  }

  std::filesystem::path folder;
  int taken_over = 0;
  FolderLock lock;
  HostTable host_table;
  Ticker ticker;
  DiskWatch watch;
  RegistryKeeper registry;
  HistoryKeeper history;
};

}  // namespace flatline::test
