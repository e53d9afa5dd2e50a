#pragma once

// The small files of an agent's state folder: how they are opened, read and written, and what the
// system says about it. Whoever can write to the folder must not make the agent write elsewhere or
// wait for ever, so symbolic links are not followed, and what is no file (a pipe, a folder) is
// refused.

#include <filesystem>
#include <span>
#include <string_view>

#include "schema/program/descriptor.h"
#include "schema/program/error.h"

namespace flatline {

/// The disk is full, over quota, read-only or failing. That is told, and keeps no agent from
/// sending; what is wrong in other ways is somebody's mistake and ends the start.
class DiskFailure : public Failure {
  using Failure::Failure;
};

/// Whether `error` is an errno that tells of a DiskFailure.
bool is_the_disks(int error);

/// Throws DiskFailure where `error` is such an errno, else Failure: `PATH: cannot VERB: why`.
[[noreturn]] void fail_to(std::string_view verb, const std::filesystem::path& path, int error);

/// Opens a regular file. On errors no file is open, and errno says why: ELOOP for a symbolic link,
/// ENODEV for what is neither a file nor a folder.
Descriptor open_state_file(const std::filesystem::path& path, int flags);

/// Reads from the file's start what fits in `buffer`; a view whose data() is null where it cannot,
/// and errno says why.
std::string_view read_state_file(const Descriptor& file, std::span<char> buffer);

/// Writes `text` over what the file holds, in the place that it has on the disk, and cuts it to
/// that. Returns zero, or the errno of what failed.
int overwrite_state_file(const Descriptor& file, std::string_view text);

}  // namespace flatline
