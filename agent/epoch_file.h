#pragma once

// The file that holds an agent's last epoch, and the room for the next one. A disk that is full by
// the time that an epoch is needed must still take it. So beside `epoch` lies `epoch.reserve`, a
// file of the same size, whose block the file system gave in advance. A new epoch is written over
// that one and synced, and then the two exchange their names: what was there before is the reserve
// of the next.

#include <cstdint>
#include <filesystem>

namespace flatline {

/// The stored epoch; 0 if there is none. Throws Failure where the file cannot be read or does not
/// hold one, and DiskFailure where that is the disk's fault.
std::uint64_t read_epoch(const std::filesystem::path& folder);

/// Stores and syncs `epoch`. One thread at a time may do this. Throws as read_epoch() does, and
/// then the file holds what it held before.
void write_epoch(const std::filesystem::path& folder, std::uint64_t epoch);

/// Removes what is no file and lies where the next epoch is to be written, such as a pipe, which
/// would let nobody write.
void clear_epoch_path(const std::filesystem::path& folder);

/// Where the epoch is stored, for messages.
std::filesystem::path epoch_path(const std::filesystem::path& folder);

}  // namespace flatline
