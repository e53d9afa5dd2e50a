#include "tests/harness/bytes_as_text.h"

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

bool regenerating() {
  return std::getenv("FLATLINE_REGENERATE") != nullptr;
}

}  // namespace flatline
