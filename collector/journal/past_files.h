#pragma once

// The past as the journal's files have it: a history reader and a tenancy reader behind one face,
// for those who do not know that there are files. Any thread.

#include <filesystem>
#include <memory>

#include "collector/view/past_reader.h"

namespace flatline {

/// Opens the files of `folder` for one question. Throws PastUnreadable: one is not there yet, is of
/// another version, or cannot be read.
std::unique_ptr<PastReader> open_past(const std::filesystem::path& folder);

}  // namespace flatline
