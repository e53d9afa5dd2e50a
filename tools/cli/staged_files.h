#pragma once

// Many small secret files that come into a folder together. They are written aside first, synced at
// once, and then put into their places one by one, where each appears whole: so what fails or is
// interrupted while they are written leaves the folder as it was, and ten thousand of them wait for
// the disk twice instead of ten thousand times.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/descriptor.h"

namespace flatline::cli {

class StagedFiles {
 public:
  /// Makes the folder if there is none, and keeps others out who would write there in the same way.
  /// What one of them left behind that was killed is removed. Throws Failure.
  explicit StagedFiles(const std::filesystem::path& folder);
  /// Removes what was written aside; and the folder, if this made it and nothing is in it.
  ~StagedFiles();
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;

  /// Writes a file of mode 0600 aside, whose place is `place` in the folder; `place` may begin with
  /// a folder of its own, which is made. With `replaces` it takes the place of what is there.
  /// Throws Failure, and nothing has changed.
  void write(const std::filesystem::path& place, std::string_view text, bool replaces);

  /// Puts all that was written into its places. When this returns, they outlive a power cut.
  /// Calls `came_to` with how many are in their places. Throws Failure, which says that number if
  /// any is.
  void put_all(const std::function<void(std::size_t)>& came_to);

 private:
  struct Staged {
    std::filesystem::path place;
    bool replaces;
  };

  [[nodiscard]] std::filesystem::path aside(std::size_t number) const;
  void put(std::size_t number) const;
  void sync() const;
  void remove_aside() const noexcept;

  std::filesystem::path folder_;
  bool made_ = false;
  Descriptor open_;
  std::vector<Staged> staged_;
};

}  // namespace flatline::cli
