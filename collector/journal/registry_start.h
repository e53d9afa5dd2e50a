#pragma once

// What a start finds in the data folder's registry. Whatever can be read is taken up, also when
// nothing can be written: a full, read-only or locked disk keeps no fleet from being watched.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/journal/action_tables.h"
#include "collector/journal/registry.h"
#include "collector/view/tenancy.h"

namespace flatline {

struct RegistryOptions {
  std::uint32_t capacity = kDefaultCapacity;
  Registry::Resize resize = Registry::Resize::kRefuse;
  std::optional<FleetId> fleet = std::nullopt;  ///< Whose hosts they must be, if that is known.
};

struct RegistryStart {
  /// Nothing: it cannot be written now, for what `trouble` says. All that follows is as it was read
  /// then, and the start is numbered, but on no disk yet.
  std::unique_ptr<Registry> registry;
  std::string trouble;
  std::uint64_t start_number = 0;
  /// The hosts with what the checkpoint knew of them; and of which view that was.
  std::vector<RestoredHost> restored;
  ViewMark checkpointed;
  std::vector<std::uint32_t> freed;
  ActionRows actions;  ///< What operators had done.
};

/// Opens or makes the registry, counts this start and reads what it holds. A corrupt file is set
/// aside, with a line in the log. Throws Failure: a folder that holds nothing cannot be written, a
/// registry cannot even be read, or it is refused (see Registry).
RegistryStart start_registry(const std::filesystem::path& folder, const RegistryOptions& options);

/// Sets an unsound file aside, with a line in the log.
void put_registry_aside(const std::filesystem::path& file, const std::string& why);

}  // namespace flatline
