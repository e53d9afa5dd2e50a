#include "schema/answers/bitmap_answer.h"

#include <cstring>

#include "schema/invariant.h"
#include "schema/limits.h"

namespace flatline {
namespace {

constexpr std::string_view kBitmapMagic = "FLBM";
constexpr std::uint8_t kBitmapVersion = 1;

/// The header as it lies in the answer. Every field sits at its own alignment, so there is no
/// padding.
struct Layout {
  char magic[4];
  std::uint8_t version;
  std::uint8_t first_plane;
  std::uint8_t planes;
  std::uint8_t reserved1;
  std::uint32_t capacity;
  std::uint32_t flags;
  std::uint64_t tick;
  std::uint64_t generation;
  std::int64_t unix_ms;
  std::uint8_t reserved2[24];
};
static_assert(sizeof(Layout) == kBitmapHeaderBytes);

}  // namespace

std::span<const std::uint64_t> BitmapAnswer::plane(Plane plane) const {
  const std::size_t size = header.capacity / 64;
  const std::size_t index = static_cast<std::size_t>(plane) - header.first_plane;
  INVARIANT(index < header.planes);
  return std::span(words).subspan(index * size, size);
}

std::string encode_bitmap_header(const BitmapHeader& header) {
  Layout layout{};
  std::memcpy(layout.magic, kBitmapMagic.data(), kBitmapMagic.size());
  layout.version = kBitmapVersion;
  layout.first_plane = header.first_plane;
  layout.planes = header.planes;
  layout.capacity = header.capacity;
  layout.flags = header.flags;
  layout.tick = header.tick;
  layout.generation = header.generation;
  layout.unix_ms = header.time.time_since_epoch().count();
  return {reinterpret_cast<const char*>(&layout), sizeof layout};
}

std::optional<BitmapAnswer> decode_bitmap(std::string_view bytes) {
  Layout layout{};
  if (bytes.size() < sizeof layout) return std::nullopt;
  std::memcpy(&layout, bytes.data(), sizeof layout);
  bytes.remove_prefix(sizeof layout);
  const bool all = layout.planes == kPlanes && layout.first_plane == 0;
  const bool one = layout.planes == 1 && layout.first_plane < kPlanes;
  if (std::string_view(layout.magic, 4) != kBitmapMagic || layout.version != kBitmapVersion ||
      !(all || one) || layout.capacity % 64 != 0 || layout.capacity > kMaxCapacity ||
      bytes.size() != std::size_t{layout.planes} * layout.capacity / 8) {
    return std::nullopt;
  }
  BitmapAnswer answer;
  answer.header = {layout.capacity,
                   layout.flags,
                   layout.first_plane,
                   layout.planes,
                   layout.tick,
                   layout.generation,
                   WallTime{Milliseconds{layout.unix_ms}}};
  answer.words.resize(bytes.size() / 8);
  std::memcpy(answer.words.data(), bytes.data(), bytes.size());
  return answer;
}

}  // namespace flatline
