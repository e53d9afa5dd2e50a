#pragma once

// Opens the past for readers who do not know that it is in files: a PastReader that asks a
// HistoryReader and a TenancyReader. Any thread may use one.

#include <filesystem>
#include <memory>

#include "collector/journal/broken_pages.h"
#include "collector/view/past_reader.h"

namespace flatline {

/// Opens the files of `folder` for one question. Throws PastUnreadable if a file is not there yet,
/// is another version's, or cannot be read. Damaged pages of the history are gaps, and are noted in
/// `broken`, if it is set.
std::unique_ptr<PastReader> open_past(const std::filesystem::path& folder,
                                      BrokenPages* broken = nullptr);

}  // namespace flatline
