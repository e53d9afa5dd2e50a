#pragma once

// Different keys of one kind, each with a place of its own, in memory that is taken at
// construction. A key that finds no room, or only after too many probes, gets no place. Places stay
// the same until keep_if(). Pure.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "schema/invariant.h"
#include "schema/limits.h"

namespace flatline {

/// The hash of a key, by its 64-bit words. It is not keyed: whoever makes keys that collide gets
/// fewer of them counted, and nobody gets more work.
template <typename Key>
std::uint64_t hash_of(const Key& key) {
  constexpr std::uint64_t kFactor = 0x9E37'79B9'7F4A'7C15;
  std::array<std::uint64_t, sizeof(Key) / sizeof(std::uint64_t)> words;
  std::memcpy(words.data(), &key, sizeof key);
  std::uint64_t hash = 0;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < words.size(); ++i) {  // The products need not wait for each other.
    const std::uint64_t product = (words[i] ^ (i + 1) * kFactor) * kFactor;
    hash += product ^ product >> 32;
  }
  hash *= kFactor;
  return hash ^ hash >> 32;
}

/// `Key` is trivially copyable, has whole words and no padding.
template <typename Key>
class KeyTable {
 public:
  static constexpr std::uint16_t kNone = 0xFFFF;

  /// `places` is a power of two.
  explicit KeyTable(std::uint16_t places)
      : keys_(places), used_(places, 0), buckets_(std::size_t{4} * places, kNone) {
    INVARIANT(std::has_single_bit(places));
    free_.reserve(places);
    keep_if([](std::uint16_t) { return false; });
  }

  [[nodiscard]] std::uint16_t size() const { return static_cast<std::uint16_t>(keys_.size()); }
  [[nodiscard]] const Key& key(std::uint16_t place) const { return keys_[place]; }

  /// The key's place, a new one if it has none; kNone if there is none for it.
  std::uint16_t place_of(const Key& key) {
    std::size_t bucket = hash_of(key) & mask();
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
      bucket = (bucket + 1) & mask();
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
  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }

  bool enter(std::uint16_t place) {
    std::size_t bucket = hash_of(keys_[place]) & mask();
    for (std::size_t probe = 0; probe < kKeyProbes; ++probe) {
      if (buckets_[bucket] == kNone) {
        buckets_[bucket] = place;
        return true;
      }
      bucket = (bucket + 1) & mask();
    }
    return false;
  }

  std::vector<Key> keys_;
  std::vector<std::uint8_t> used_;
  std::vector<std::uint16_t> buckets_;
  std::vector<std::uint16_t> free_;
};

}  // namespace flatline
