#include "collector/view/seqlock.h"

#include <time.h>

#include <chrono>

namespace flatline {

void rest_reader() noexcept {
  constexpr timespec kRest{0, std::chrono::nanoseconds(kReadRest).count()};
  ::nanosleep(&kRest, nullptr);
}

SeqlockWords::SeqlockWords(std::size_t size_bytes) : words_(size_bytes / 8) {}

void SeqlockWords::store(std::size_t offset_bytes, const void* from, std::size_t size_bytes) {
  const auto* source = static_cast<const std::byte*>(from);
  std::atomic<std::uint64_t>* target = words_.data() + offset_bytes / 8;
  // GCC does not vectorise atomic stores, and every accepted datagram runs this loop.
#pragma GCC unroll 8
  for (std::size_t i = 0; i < size_bytes / 8; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, source + 8 * i, sizeof word);
    target[i].store(word, std::memory_order_relaxed);
  }
}

void SeqlockWords::load(std::size_t offset_bytes, void* to, std::size_t size_bytes) const {
  auto* target = static_cast<std::byte*>(to);
  const std::atomic<std::uint64_t>* source = words_.data() + offset_bytes / 8;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < size_bytes / 8; ++i) {
    const std::uint64_t word = source[i].load(std::memory_order_relaxed);
    std::memcpy(target + 8 * i, &word, sizeof word);
  }
}

}  // namespace flatline
