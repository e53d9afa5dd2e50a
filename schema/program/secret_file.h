#pragma once

// Who may read a file that holds a secret.

#include <sys/types.h>

#include <filesystem>

namespace flatline {

/// Throws Failure where others than the owner may touch the file, but for one case: a group of this
/// process's own may read it, as `root:flatline 0640` and the secrets of Kubernetes are.
void require_private(const std::filesystem::path& path, mode_t mode, gid_t group);

}  // namespace flatline
