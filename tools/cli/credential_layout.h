#pragma once

// How the credentials of many hosts lie, in a folder or in an archive, so that whatever manages
// hosts can take each to its own.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "schema/program/key_file.h"
#include "schema/time.h"

namespace flatline::cli {

enum class CredentialLayout {
  kFile,   ///< NAME.credential
  kFolder  ///< NAME/agent.credential, as the file is called on the host
};

/// Where a host's credential lies.
std::filesystem::path credential_place(const std::string& name, CredentialLayout layout);

/// Why a credential is not written where another one stands. Empty where nothing is in the way.
std::string obstacle(const std::filesystem::path& path, CredentialFile there, bool replace);

/// How many credentials were there already, and how many took the place of another one.
struct LaidOut {
  std::size_t same = 0;
  std::size_t replaced = 0;
};

/// Puts credentials into a folder, which is made. Looks at all places before it writes: what is in
/// the way, and is not to be replaced, is told at once. Whoever interrupts it before all are
/// written finds the folder as it was. Throws Failure.
LaidOut lay_out(const std::filesystem::path& folder, const std::vector<Credential>& credentials,
                CredentialLayout layout, bool replace);

/// Writes a tar archive of credentials to stdout. Throws Failure, before the first byte where
/// stdout is a terminal or a file that others may read.
void print_archive(const std::vector<Credential>& credentials, CredentialLayout layout,
                   WallTime now);

}  // namespace flatline::cli
