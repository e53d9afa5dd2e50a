#pragma once

// The version of everything in this tree, which the build sets. Pure.

#include <cstdint>
#include <string_view>

namespace flatline {

inline constexpr std::string_view kVersion = FLATLINE_VERSION;

/// `1.2.3` as it stands on the wire: major << 16 | minor << 8 | patch.
constexpr std::uint32_t version_number(std::string_view version) {
  std::uint32_t number = 0;
  std::uint32_t part = 0;
  for (const char c : version) {
    if (c == '.') {
      number = (number | part) << 8;
      part = 0;
    } else {
      part = part * 10 + static_cast<std::uint32_t>(c - '0');
    }
  }
  return number | part;
}

inline constexpr std::uint32_t kVersionNumber = version_number(kVersion);
static_assert(version_number("1.2.3") == 0x010203);

}  // namespace flatline
