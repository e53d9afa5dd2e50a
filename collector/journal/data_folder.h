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

/// Holds the data folder's lock until its destructor, because two collectors on one registry would
/// give slots away twice. The lock is on the folder itself, not on a file in it. So no file can be
/// deleted to let a second collector in, and a folder that cannot be written is locked like any
/// other. The lock misses two cases: another folder at the same path, until the next hold(); and
/// collectors on two machines that share a disk, if the file system keeps such locks to each
/// machine.
class FolderLock {
 public:
  /// Makes the folder if there is none, and locks it. Throws Failure if it cannot be made or read,
  /// or if another collector holds its lock. `taken_over` is called when hold() has locked another
  /// folder than before.
  explicit FolderLock(
      const std::filesystem::path& folder, std::function<void()> taken_over = [] {});
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// Locks the folder that is now at the path, if that is not the one that is locked already. It
  /// never makes the folder: where a disk is not mounted, nothing may be written in its place.
  /// Throws Failure.
  void hold();

 private:
  std::filesystem::path folder_;
  std::function<void()> taken_over_;
  Descriptor locked_;
};

/// Whether a collector holds the folder's lock. Changes nothing. Throws Failure where the system
/// does not tell.
bool is_folder_locked(const std::filesystem::path& folder);

/// The name that a file gets when it is set aside: `FILE.why-MILLISECONDS`.
std::filesystem::path aside_name(const std::filesystem::path& file, const std::string& why,
                                 WallTime now);

/// Renames a database and what belongs to it to its aside_name(), and returns that name.
/// Whatever cannot be renamed stays.
std::filesystem::path set_aside(const std::filesystem::path& file, const std::string& why,
                                WallTime now);

/// Puts `unfinished` in the place of a database that is not in use, which gets the name `aside`. At
/// each moment one of the two has its name, so that a crash loses neither. Throws Failure.
void replace_database(const std::filesystem::path& unfinished, const std::filesystem::path& file,
                      const std::filesystem::path& aside);

/// Syncs a file, or a folder's entries, to the disk. Throws Failure.
void sync_path(const std::filesystem::path& path);

}  // namespace flatline
