#pragma once

// Fleet keys and credentials as files: TOML, mode 0600. A file that others may read is refused, and
// a file that is there is never overwritten.

#include <filesystem>
#include <vector>

#include "schema/wire/identity.h"

namespace flatline {

/// Throws Failure: missing, loose mode (with the chmod that mends it), malformed.
FleetKey read_fleet_key(const std::filesystem::path& path);

/// Reads one or two keys of one fleet. Throws Failure also for two fleets or one key id twice.
std::vector<FleetKey> read_fleet_keys(const std::vector<std::filesystem::path>& paths);

/// Throws Failure as read_fleet_key does.
Credential read_credential(const std::filesystem::path& path);

/// Writes whole or not at all, synced. Throws Failure: already there, folder missing or read-only.
void write_fleet_key(const std::filesystem::path& path, const FleetKey& key);

/// Whether the file is there with this very credential. Throws Failure if it holds another one.
bool holds_credential(const std::filesystem::path& path, const Credential& credential);

/// The same, but a file that already holds this very credential is left and is no error
/// (enrolling is idempotent). True if it was written.
bool write_credential(const std::filesystem::path& path, const Credential& credential);

}  // namespace flatline
