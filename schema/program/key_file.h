#pragma once

// Fleet keys and credentials as TOML files of mode 0600 (CONTRACT.md, "Identity"). A file that
// others may read is refused, and a file that exists is never overwritten.

#include <filesystem>
#include <string>
#include <vector>

#include "schema/wire/identity.h"

namespace flatline {

/// Throws Failure if the file is missing, malformed, or readable by others (the message then holds
/// the chmod that mends it).
FleetKey read_fleet_key(const std::filesystem::path& path);

/// Reads one or two keys of one fleet. Throws Failure as read_fleet_key does, and for keys of two
/// fleets or with the same key id.
std::vector<FleetKey> read_fleet_keys(const std::vector<std::filesystem::path>& paths);

/// Throws Failure as read_fleet_key does.
Credential read_credential(const std::filesystem::path& path);

/// Writes the file whole or not at all, and syncs it. Throws Failure if it exists already, or if
/// the folder is missing or read-only.
void write_fleet_key(const std::filesystem::path& path, const FleetKey& key);

/// The text of such a file.
std::string fleet_key_text(const FleetKey& key);
std::string credential_text(const Credential& credential);

/// What stands where a credential shall be written.
enum class CredentialFile {
  kMissing,
  kSame,
  kAnother,   ///< Of the same host, but of another key or generation.
  kStrangers  ///< Of another host.
};

/// Throws Failure for a file that is no credential.
CredentialFile look_at_credential(const std::filesystem::path& path, const Credential& credential);

/// Writes as write_fleet_key does, but leaves a file that already holds this very credential, so
/// that enrolling twice is no error. Returns whether it wrote. Throws Failure if it holds another.
bool write_credential(const std::filesystem::path& path, const Credential& credential);

/// Puts it in the place of whatever credential is there. Throws Failure if it cannot be written.
void replace_credential(const std::filesystem::path& path, const Credential& credential);

}  // namespace flatline
