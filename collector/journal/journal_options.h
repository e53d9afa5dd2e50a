#pragma once

// What a journal is told when it is made.

#include <filesystem>
#include <functional>
#include <optional>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/identity.h"

namespace flatline {

struct JournalOptions {
  std::filesystem::path folder;
  std::uint32_t capacity = kDefaultCapacity;
  Milliseconds history_step{kDefaultHistoryStep};
  Milliseconds history_keep{kDefaultHistoryKeep};
  bool resize = false;  ///< Another capacity or history than the folder holds is wanted.
  Milliseconds checkpoint_period{kCheckpointPeriod};
  std::optional<FleetId> fleet = std::nullopt;  ///< Hosts of another one are not taken up.
  /// Told on the journal's thread: another folder was put in the place of this one, and is used.
  std::function<void()> taken_over = [] {};
};

}  // namespace flatline
