#pragma once

// Different keys of one kind, each with a place of its own, in memory that is taken at
// construction. A key that finds no room, or only after too many probes, gets no place. Places stay
// the same until keep_if(). Pure.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "schema/limits.h"

namespace flatline {

/// The hash of a run of 64-bit words. It is not keyed: whoever makes keys that collide gets fewer
/// of them counted, and nobody gets more work.
inline std::uint64_t hash_words(const void* bytes, std::size_t size_bytes) {
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < size_bytes; i += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, static_cast<const std::byte*>(bytes) + i, sizeof word);
    hash = (hash ^ word) * 0x9E37'79B9'7F4A'7C15;
    hash ^= hash >> 32;
  }
  return hash;
}

/// `Key` is trivially copyable, has whole words and no padding.
template <typename Key>
class KeyTable {
 public:
  static constexpr std::uint16_t kNone = 0xFFFF;

  explicit KeyTable(std::uint16_t places)
      : keys_(places), used_(places, 0), buckets_(std::size_t{4} * places, kNone) {
    free_.reserve(places);
    keep_if([](std::uint16_t) { return false; });
  }

  [[nodiscard]] std::uint16_t size() const { return static_cast<std::uint16_t>(keys_.size()); }
  [[nodiscard]] const Key& key(std::uint16_t place) const { return keys_[place]; }

  /// The key's place, a new one if it has none; kNone if there is none for it.
  std::uint16_t place_of(const Key& key) {
    std::size_t bucket = hash_words(&key, sizeof key) % buckets_.size();
    for (std::size_t probe = 0; probe < kKeyProbes; ++probe) {
      std::uint16_t& place = buckets_[bucket];
      if (place == kNone) {
        if (free_.empty()) return kNone;
        place = free_.back();
        free_.pop_back();
        keys_[place] = key;
        used_[place] = 1;
        return place;
      }
      if (keys_[place] == key) return place;
      bucket = (bucket + 1) % buckets_.size();
    }
    return kNone;
  }

  /// Forgets the keys at places for which `keep` says no.
  template <typename Keep>
  void keep_if(Keep&& keep) {
    std::fill(buckets_.begin(), buckets_.end(), kNone);
    free_.clear();
    for (std::uint16_t place = size(); place-- > 0;) {
      if (used_[place] != 0 && keep(place) && enter(place)) continue;
      used_[place] = 0;
      free_.push_back(place);
    }
  }

 private:
  bool enter(std::uint16_t place) {
    std::size_t bucket = hash_words(&keys_[place], sizeof(Key)) % buckets_.size();
    for (std::size_t probe = 0; probe < kKeyProbes; ++probe) {
      if (buckets_[bucket] == kNone) {
        buckets_[bucket] = place;
        return true;
      }
      bucket = (bucket + 1) % buckets_.size();
    }
    return false;
  }

  std::vector<Key> keys_;
  std::vector<std::uint8_t> used_;
  std::vector<std::uint16_t> buckets_;
  std::vector<std::uint16_t> free_;
};

}  // namespace flatline
