#pragma once

// Gives a restarted collector verdicts that are newer than the checkpoint's, since the history's
// newest step is often newer than the checkpoint.

#include <filesystem>
#include <vector>

#include "collector/view/tenancy.h"

namespace flatline {

/// Gives each host its planes of the history's newest whole step, if that is of a later view than
/// the checkpoint and the host had its slot then. A history that cannot be read changes nothing.
void restore_newer_planes(const std::filesystem::path& folder, const ViewMark& checkpointed,
                          std::vector<RestoredHost>& restored);

}  // namespace flatline
