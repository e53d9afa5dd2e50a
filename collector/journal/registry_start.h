#pragma once

// What a start finds in the data folder's registry. Whatever can be read is restored, also when
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
  std::optional<FleetId> fleet = std::nullopt;  ///< If it is set, hosts of others are left out.
};

struct RegistryStart {
  /// Empty if the registry cannot be written now; `trouble` says why. All that follows was then
  /// only read, and the start has a number that is on no disk yet.
  std::unique_ptr<Registry> registry;
  std::string trouble;
  std::string lost;  ///< What of a damaged registry could not be saved.
  std::uint64_t start_number = 0;
  /// The hosts, with what the checkpoint knew about them.
  std::vector<RestoredHost> restored;
  ViewMark checkpointed;  ///< The view that the checkpoint was made from.
  std::vector<std::uint32_t> freed;
  ActionRows actions;               ///< What operators had done.
  std::vector<PlacedCause> causes;  ///< Which checks' names had which places, the oldest first.
};

/// Opens or makes the registry, counts this start and reads what it holds. A file that is proved to
/// be damaged is kept aside, and what can be read of it goes on (registry_rescue.h). Throws Failure
/// if a folder that holds nothing cannot be written, if a registry cannot even be read, or if it is
/// refused (see Registry).
RegistryStart start_registry(const std::filesystem::path& folder, const RegistryOptions& options);

/// What to tell of a registry that was damaged and not whole any more.
std::string loss_of(const std::filesystem::path& file, const std::string& lost);

}  // namespace flatline
