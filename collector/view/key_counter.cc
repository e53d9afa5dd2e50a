#include "collector/view/key_counter.h"

#include <algorithm>
#include <tuple>

namespace flatline {
namespace {

/// How many places behind its own a generation may stand: beyond, it is not counted apart.
constexpr std::size_t kReach = 16;

/// Whether one is counted apart rather than the other, if there is room for one.
bool comes_before(const GenerationCount& one, const GenerationCount& other) {
  return std::tuple(other.hosts, one.key_id, one.generation) <
         std::tuple(one.hosts, other.key_id, other.generation);
}

}  // namespace

KeyCounter::KeyCounter() : seen_(kSeenGenerations) {}

void KeyCounter::begin(const ViewHead& head) {
  counts_ = KeyCounts{};
  counts_.at = head.at;
  counts_.tick = head.tick;
  counts_.live = head.live_keys;
  std::fill(seen_.begin(), seen_.end(), GenerationCount{});
}

void KeyCounter::add(const HostRecord& record, bool speaks) {
  const bool was_named = !speaks && record.refused_at != Instant{} &&
                         !counts_.live.has(record.refused_key_id) &&
                         !(record.heard && record.heard_at >= record.refused_at) &&
                         counts_.at - record.refused_at < kRefusedFor;
  if (was_named) ++counts_.keys[record.refused_key_id].refused;
  if (!record.has_spoken) {
    ++counts_.unheard;
    return;
  }
  KeyCount& key = counts_.keys[record.key_id];
  ++key.hosts;
  key.speaking += speaks ? 1 : 0;
  GenerationCount* const place = place_of(record.key_id, record.credential_generation);
  if (place == nullptr) {
    ++counts_.other_generations;
    return;
  }
  place->key_id = record.key_id;
  place->generation = record.credential_generation;
  ++place->hosts;
  place->speaking += speaks ? 1 : 0;
}

GenerationCount* KeyCounter::place_of(std::uint8_t key_id, std::uint16_t generation) {
  constexpr std::uint32_t kSpread = 0x9E3779B1;  // 2^32 by the golden ratio.
  const std::uint32_t hash = (std::uint32_t{key_id} << 16 | generation) * kSpread >> 16;
  for (std::size_t i = 0; i < kReach; ++i) {
    GenerationCount& place = seen_[(hash + i) % kSeenGenerations];
    if (place.hosts == 0 || (place.key_id == key_id && place.generation == generation)) {
      return &place;
    }
  }
  return nullptr;
}

const KeyCounts& KeyCounter::finish() {
  const auto used = std::partition(seen_.begin(), seen_.end(),
                                   [](const GenerationCount& seen) { return seen.hosts > 0; });
  const auto count =
      std::min<std::size_t>(static_cast<std::size_t>(used - seen_.begin()), kCountedGenerations);
  const auto last = seen_.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(seen_.begin(), last, used, comes_before);
  std::for_each(last, used,
                [&](const GenerationCount& one) { counts_.other_generations += one.hosts; });
  std::sort(seen_.begin(), last, [](const GenerationCount& one, const GenerationCount& other) {
    return std::tuple(one.key_id, one.generation) < std::tuple(other.key_id, other.generation);
  });
  std::copy(seen_.begin(), last, counts_.generations.begin());
  counts_.generation_count = static_cast<std::uint32_t>(count);
  return counts_;
}

}  // namespace flatline
