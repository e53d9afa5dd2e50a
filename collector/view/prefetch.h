#pragma once

// Asks memory for lines that will be needed soon, and waits for none of them.

#include <cstddef>

namespace flatline {

inline constexpr std::size_t kCacheLineBytes = 64;

inline void prefetch_lines(const void* from, std::size_t size_bytes) {
  const auto* const bytes = static_cast<const std::byte*>(from);
  for (std::size_t i = 0; i < size_bytes; i += kCacheLineBytes) __builtin_prefetch(bytes + i);
  // What does not begin a line ends in one more.
  __builtin_prefetch(bytes + size_bytes - 1);
  // To GCC, a function that does nothing but this has no effect, and it leaves out the call.
  asm volatile("");
}

}  // namespace flatline
