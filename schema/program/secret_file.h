#pragma once

// Who may read a file that holds a secret, and where a service reads it that may not.

#include <sys/types.h>

#include <filesystem>

namespace flatline {

/// Throws Failure where others than the owner may touch the file, but for two cases: a group of
/// this process's own may read it, as `root:flatline 0640` and the secrets of Kubernetes are; and
/// what the service manager handed over ($CREDENTIALS_DIRECTORY), where a list of access rights
/// lets us alone read and shows as the group's right.
void require_private(const std::filesystem::path& path, mode_t mode, gid_t group);

/// Where the secret that was configured as `path` is read. That is `path` itself, unless this
/// process may not read it, as where root owns it and the process is a service with a user of its
/// own. Then it is what the service manager made ours: in $RUNTIME_DIRECTORY, where a reload of our
/// units puts files anew, or else in $CREDENTIALS_DIRECTORY, where they are as of the start
/// (LoadCredential=, systemd.exec(5)). They have the file's name there, or where a whole folder was
/// handed over, `FOLDER_NAME`. Where there is none it is `path`.
std::filesystem::path secret_path(const std::filesystem::path& path);

}  // namespace flatline
