#include "tests/schema/bytes_as_text.h"

#include <doctest/doctest.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace flatline {

std::string hex_lines(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<unsigned>(bytes[i]);
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
    text += i % 16 == 15 || i + 1 == bytes.size() ? '\n' : ' ';
  }
  return text;
}

std::vector<std::byte> bytes_of_hex(std::string_view text) {
  std::vector<std::byte> bytes;
  while (true) {
    const std::size_t start = text.find_first_not_of(" \n");
    if (start == std::string_view::npos) return bytes;
    text.remove_prefix(start);
    REQUIRE(text.size() >= 2);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
    REQUIRE(error == std::errc{});
    REQUIRE(end == text.data() + 2);
    bytes.push_back(static_cast<std::byte>(value));
    text.remove_prefix(2);
  }
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  CAPTURE(path.string());
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
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

bool regenerating() {
  return std::getenv("FLATLINE_REGENERATE") != nullptr;
}

}  // namespace flatline
