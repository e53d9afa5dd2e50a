#pragma once

// Fleet keys and credentials as TOML files of mode 0600 (CONTRACT.md, "Identity"). A file that
// others may read is refused, and a file that exists is never overwritten.

#include <filesystem>
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

/// Whether the file exists and holds this very credential. Throws Failure if it holds another.
bool holds_credential(const std::filesystem::path& path, const Credential& credential);

/// Writes as write_fleet_key does, but leaves a file that already holds this very credential, so
/// that enrolling twice is no error. Returns whether it wrote.
bool write_credential(const std::filesystem::path& path, const Credential& credential);

}  // namespace flatline
