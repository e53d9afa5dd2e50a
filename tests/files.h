#pragma once

// What tests do with files: a folder of their own, gone with it, and whole contents; and where the source tree is.

#include <filesystem>
#include <string>
#include <string_view>

namespace flatline {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// A file that cannot be read or written fails the test.
std::string content_of(const std::filesystem::path& path);
void write_content(const std::filesystem::path& path, std::string_view content);

/// A file of the source tree, by its path from the top.
std::filesystem::path source_file(std::string_view path);

}  // namespace flatline
