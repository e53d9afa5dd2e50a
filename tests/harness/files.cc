#include "tests/harness/files.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace flatline {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path.string());
  REQUIRE(file.good());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_content(const std::filesystem::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  CAPTURE(path.string());
  REQUIRE(file.good());
}

std::filesystem::path source_file(std::string_view path) {
  return std::filesystem::path(FLATLINE_SOURCE_ROOT) / path;
}

}  // namespace flatline
