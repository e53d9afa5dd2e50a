#pragma once

// The data folder: its files' names, the lock that keeps a second collector out, and putting a
// database aside. Nothing in it is ever deleted but files that were never finished.

#include <filesystem>
#include <functional>
#include <string>

#include "schema/program/descriptor.h"
#include "schema/time.h"

namespace flatline {

inline constexpr const char* kRegistryFile = "flatline.db";
inline constexpr const char* kHistoryFile = "history.db";
/// A history that is still being made.
inline constexpr const char* kUnfinishedHistoryFile = "history.db.partial";

/// Holds the folder's lock until the end: two collectors on one registry would give slots away
/// twice. It lies on the folder itself, not on a file in it: nothing can be deleted that would let
/// a second one in, and a folder that cannot be written is locked like any other. What it does not
/// see: a folder that another was put in the place of, until the next hold(); and collectors on
/// two machines that share a disk, where the file system keeps such locks to itself.
class FolderLock {
 public:
  /// Makes the folder. Throws Failure: it cannot be made or read, or another collector holds it.
  /// `taken_over` is told when hold() took another folder than before.
  explicit FolderLock(
      const std::filesystem::path& folder, std::function<void()> taken_over = [] {});
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// Takes the lock of the folder that is now at the path, should it not be the one that was
  /// locked. Never makes the folder: under a disk that is not mounted belongs nothing. Throws
  /// Failure.
  void hold();

 private:
  std::filesystem::path folder_;
  std::function<void()> taken_over_;
  Descriptor locked_;
};

/// Whether a collector holds the folder's lock. Changes nothing.
bool is_folder_locked(const std::filesystem::path& folder);

/// Renames a database and what belongs to it to `FILE.why-MILLISECONDS`, and returns that name.
/// Whatever cannot be renamed stays.
std::filesystem::path set_aside(const std::filesystem::path& file, const std::string& why,
                                WallTime now);

/// Syncs a file, or a folder's entries, to the disk. Throws Failure.
void sync_path(const std::filesystem::path& path);

}  // namespace flatline
