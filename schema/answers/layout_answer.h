#pragma once

// The binary answer of GET /api/v1/layout: in which order a picture of the fleet shows its slots,
// by the groups of up to two label keys. A header of 64 bytes, the values of both keys, a table of
// groups, and all slots. Its size follows from the capacity alone. CONTRACT.md ("The layout
// answer") has the table; integers are little-endian.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"
#include "schema/wire/text.h"

namespace flatline {

inline constexpr std::size_t kLayoutHeaderBytes = 64;
inline constexpr std::size_t kLayoutKeys = 2;
/// Places of a key: those of values, of all other values together, and of hosts without the label.
inline constexpr std::size_t kLayoutPlaces = kGroupValues + 2;
inline constexpr std::size_t kLayoutOther = kGroupValues;
inline constexpr std::size_t kLayoutNone = kGroupValues + 1;

struct LayoutKey {
  FixedText<kLabelsBytes> key;  ///< Empty where there is none.
  std::array<FixedText<kLabelsBytes>, kLayoutPlaces> values{};
  bool operator==(const LayoutKey&) const = default;
};

/// Where in the order a group's hosts stand.
struct LayoutGroup {
  std::uint32_t start = 0;
  std::uint32_t count = 0;
  bool operator==(const LayoutGroup&) const = default;
};

struct LayoutAnswer {
  std::uint32_t capacity = 0;
  std::uint32_t hosts = 0;  ///< So many of the order have a host; the others stand behind them.
  std::uint64_t tick = 0;
  std::uint64_t generation =
      0;  ///< A slot that changed its host since stands where it does not belong.
  WallTime time{};
  std::array<LayoutKey, kLayoutKeys> keys{};
  std::vector<LayoutGroup> groups;  ///< kLayoutPlaces², by the first key's place and the second's.
  std::vector<std::uint32_t> order;  ///< All slots.
};

std::string encode_layout(const LayoutAnswer& layout);

/// Returns nothing if the bytes are not one whole answer.
std::optional<LayoutAnswer> decode_layout(std::string_view bytes);

}  // namespace flatline
