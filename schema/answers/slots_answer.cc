#include "schema/answers/slots_answer.h"

#include <cstring>
#include <type_traits>

#include "schema/invariant.h"

namespace flatline {
namespace {

constexpr std::string_view kSlotsMagic = "FLSL";
constexpr std::uint8_t kSlotsVersion = 1;
constexpr std::size_t kSlotsHeaderBytes = 64;
constexpr std::size_t kSlotsParts = kPlanes + 1;

/// The header as it lies in the answer. Every field sits at its own alignment, so there is no
/// padding.
struct Layout {
  char magic[4];
  std::uint8_t version;
  std::uint8_t planes;
  std::uint8_t reserved1[2];
  std::uint32_t capacity;
  std::uint32_t flags;
  std::uint64_t tick;
  std::uint64_t generation;
  std::int64_t unix_ms;
  std::uint32_t age_ms;
  std::uint32_t tick_ms;
  std::uint8_t reserved2[16];
};
static_assert(sizeof(Layout) == kSlotsHeaderBytes);
static_assert(sizeof(CheckName) == kCheckNameBytes && std::is_trivially_copyable_v<CheckName>);

std::size_t bytes_of_slots(std::uint32_t capacity) {
  return kSlotsHeaderBytes + kSlotsParts * capacity / 8 + capacity + kCausePlaces * kCheckNameBytes;
}
/// The largest has room in what a client takes.
static_assert(kSlotsHeaderBytes + kSlotsParts * kMaxCapacity / 8 + kMaxCapacity +
                  kCausePlaces * kCheckNameBytes <
              kMaxAnswerBytes);

}  // namespace

std::string encode_slots(const SlotsAnswer& answer) {
  const std::uint32_t capacity = answer.header.capacity;
  INVARIANT(answer.words.size() == kSlotsParts * capacity / 64);
  INVARIANT(answer.causes.size() == capacity);
  INVARIANT(answer.names.size() == kCausePlaces);
  Layout layout{};
  std::memcpy(layout.magic, kSlotsMagic.data(), kSlotsMagic.size());
  layout.version = kSlotsVersion;
  layout.planes = kPlanes;
  layout.capacity = capacity;
  layout.flags = answer.header.flags;
  layout.tick = answer.header.tick;
  layout.generation = answer.header.generation;
  layout.unix_ms = answer.header.time.time_since_epoch().count();
  layout.age_ms = answer.header.age_ms;
  layout.tick_ms = answer.header.tick_ms;
  std::string bytes;
  bytes.reserve(bytes_of_slots(capacity));
  const auto append = [&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
  };
  append(&layout, sizeof layout);
  append(answer.words.data(), answer.words.size() * 8);
  append(answer.causes.data(), answer.causes.size());
  append(answer.names.data(), answer.names.size() * sizeof(CheckName));
  return bytes;
}

std::optional<SlotsAnswer> decode_slots(std::string_view bytes) {
  Layout layout{};
  if (bytes.size() < sizeof layout) return std::nullopt;
  std::memcpy(&layout, bytes.data(), sizeof layout);
  if (std::string_view(layout.magic, 4) != kSlotsMagic || layout.version != kSlotsVersion ||
      layout.planes != kPlanes || layout.capacity % 64 != 0 || layout.capacity > kMaxCapacity ||
      bytes.size() != bytes_of_slots(layout.capacity)) {
    return std::nullopt;
  }
  SlotsAnswer answer;
  answer.header = {layout.capacity,
                   layout.flags,
                   layout.tick,
                   layout.generation,
                   WallTime{Milliseconds{layout.unix_ms}},
                   layout.age_ms,
                   layout.tick_ms};
  answer.words.resize(kSlotsParts * layout.capacity / 64);
  answer.causes.resize(layout.capacity);
  answer.names.resize(kCausePlaces);
  const char* from = bytes.data() + sizeof layout;
  const auto take = [&](void* into, std::size_t size) {
    std::memcpy(into, from, size);
    from += size;
  };
  take(answer.words.data(), answer.words.size() * 8);
  take(answer.causes.data(), answer.causes.size());
  take(answer.names.data(), answer.names.size() * sizeof(CheckName));
  return answer;
}

}  // namespace flatline
