#pragma once

// Of which files an agent's configuration consists.

#include <cstddef>
#include <filesystem>
#include <vector>

namespace flatline {

/// A check has one place in a snapshot, so that more files than twice the checks are a mistake: a
/// folder that something else fills. Names of more are not even kept.
inline constexpr std::size_t kMaxDropIns = 64;

/// `agent.toml`, and then the files of `agent.d` beside it whose names end in `.toml`, in the order
/// of their names. Others are left alone: what an editor or a package manager keeps beside a file
/// has another ending. Throws Failure where the folder cannot be read or holds more than
/// kMaxDropIns of them; one that is not there is empty.
std::vector<std::filesystem::path> config_files(const std::filesystem::path& path);

}  // namespace flatline
