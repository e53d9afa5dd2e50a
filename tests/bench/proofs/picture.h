#pragma once

// Whether a plot was really drawn.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace flatline::test {

/// A whole PNG or SVG, by its file's name: it begins and ends as one does, and holds more than an
/// empty page.
inline bool is_picture(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  constexpr std::size_t kEmptyPageBytes = 5'000;
  if (content.size() < kEmptyPageBytes) return false;
  if (path.extension() == ".png") {
    return content.starts_with("\x89PNG") && content.find("IEND") != std::string::npos;
  }
  return content.starts_with("<?xml") && content.find("</svg>") != std::string::npos;
}

}  // namespace flatline::test
