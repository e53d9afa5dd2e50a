#pragma once

// Asks memory for cache lines that will be needed soon, without waiting for them.

#include <cstddef>

namespace flatline {

inline constexpr std::size_t kCacheLineBytes = 64;

inline void prefetch_lines(const void* from, std::size_t size_bytes) {
  const auto* const bytes = static_cast<const std::byte*>(from);
  for (std::size_t i = 0; i < size_bytes; i += kCacheLineBytes) __builtin_prefetch(bytes + i);
  // Bytes that do not begin at a line's start may end in one line more.
  __builtin_prefetch(bytes + size_bytes - 1);
  // GCC thinks that a function that only prefetches has no effect and drops calls of it; this
  // statement prevents that.
  asm volatile("");
}

}  // namespace flatline
