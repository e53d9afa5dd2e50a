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
  bool history_causes = true;  ///< Steps hold a second byte a slot: which check was worst.
  bool resize = false;         ///< Accept a folder of another capacity or history.
  Milliseconds checkpoint_period{kCheckpointPeriod};
  std::optional<FleetId> fleet = std::nullopt;  ///< Hosts of another fleet are not restored.
  /// Called on the journal's thread when another folder was put in the place of this one. The
  /// journal uses that folder from now on.
  std::function<void()> taken_over = [] {};
};

}  // namespace flatline
