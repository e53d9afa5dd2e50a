#include "schema/answers/layout_answer.h"

#include <bit>
#include <cstring>
#include <type_traits>

namespace flatline {
namespace {

constexpr std::string_view kLayoutMagic = "FLLY";
constexpr std::uint8_t kLayoutVersion = 1;
constexpr std::size_t kGroups = kLayoutPlaces * kLayoutPlaces;

/// What stands before the order, as it lies in the answer. Every field sits at its own alignment,
/// so there is no padding.
struct Head {
  char magic[4];
  std::uint8_t version;
  std::uint8_t reserved1[3];
  std::uint32_t capacity;
  std::uint32_t hosts;
  std::uint64_t tick;
  std::uint64_t generation;
  std::int64_t unix_ms;
  std::uint8_t reserved2[24];
  std::array<LayoutKey, kLayoutKeys> keys;
  LayoutGroup groups[kGroups];
};
static_assert(std::endian::native == std::endian::little);
static_assert(std::is_trivially_copyable_v<Head>);
static_assert(offsetof(Head, keys) == kLayoutHeaderBytes);
static_assert(sizeof(Head) ==
              kLayoutHeaderBytes + kLayoutKeys * sizeof(LayoutKey) + kGroups * sizeof(LayoutGroup));

}  // namespace

std::string encode_layout(const LayoutAnswer& layout) {
  Head head{};
  std::memcpy(head.magic, kLayoutMagic.data(), kLayoutMagic.size());
  head.version = kLayoutVersion;
  head.capacity = layout.capacity;
  head.hosts = layout.hosts;
  head.tick = layout.tick;
  head.generation = layout.generation;
  head.unix_ms = layout.time.time_since_epoch().count();
  head.keys = layout.keys;
  std::copy(layout.groups.begin(), layout.groups.end(), head.groups);
  std::string bytes(sizeof head + layout.order.size() * sizeof(std::uint32_t), '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  std::memcpy(bytes.data() + sizeof head, layout.order.data(),
              layout.order.size() * sizeof(std::uint32_t));
  return bytes;
}

std::optional<LayoutAnswer> decode_layout(std::string_view bytes) {
  Head head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  if (std::string_view(head.magic, sizeof head.magic) != kLayoutMagic ||
      head.version != kLayoutVersion) {
    return std::nullopt;
  }
  if (bytes.size() - sizeof head != std::size_t{head.capacity} * sizeof(std::uint32_t)) {
    return std::nullopt;
  }
  LayoutAnswer layout{head.capacity,
                      head.hosts,
                      head.tick,
                      head.generation,
                      WallTime{Milliseconds{head.unix_ms}},
                      head.keys,
                      {std::begin(head.groups), std::end(head.groups)},
                      std::vector<std::uint32_t>(head.capacity)};
  std::memcpy(layout.order.data(), bytes.data() + sizeof head, bytes.size() - sizeof head);
  return layout;
}

}  // namespace flatline
