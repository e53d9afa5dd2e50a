#pragma once

// Memory that one thread writes while others copy it. The words are stored and loaded atomically,
// and a sequence lock beside them tells a reader whether its copy is whole. The writer never waits.
// (H. Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012.)

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "collector/view/huge_pages.h"
#include "collector/view/prefetch.h"
#include "schema/limits.h"

namespace flatline {

/// A run of 8-byte words. It does not synchronise by itself: pair it with a Seqlock.
class SeqlockWords {
 public:
  explicit SeqlockWords(std::size_t size_bytes);

  // Offsets and sizes are multiples of 8.

  void store(std::size_t offset_bytes, const void* from, std::size_t size_bytes);
  void load(std::size_t offset_bytes, void* to, std::size_t size_bytes) const;
  void prefetch(std::size_t offset_bytes, std::size_t size_bytes) const {
    prefetch_lines(words_.data() + offset_bytes / 8, size_bytes);
  }
  /// Reads on the writer's own thread. Nobody else writes, so the read need not be atomic.
  void load_own(std::size_t offset_bytes, void* to, std::size_t size_bytes) const {
    std::memcpy(to, reinterpret_cast<const std::byte*>(words_.data()) + offset_bytes, size_bytes);
  }

 private:
  HugePageVector<std::atomic<std::uint64_t>> words_;
};

/// A sequence lock for one writer: its number is odd while the words are being written.
class Seqlock {
 public:
  void begin_write() {
    sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }
  void end_write() {
    sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Calls `copy` until the writer did not write meanwhile, at most kReadAttempts times. False if
  /// every attempt was overtaken; what `copy` copied is not whole then.
  template <typename Copy>
  [[nodiscard]] bool read(Copy&& copy) const {
    for (unsigned attempt = 0; attempt < kReadAttempts; ++attempt) {
      const std::uint32_t before = sequence_.load(std::memory_order_acquire);
      if ((before & 1) != 0) continue;
      copy();
      std::atomic_thread_fence(std::memory_order_acquire);
      if (sequence_.load(std::memory_order_relaxed) == before) return true;
    }
    return false;
  }

 private:
  std::atomic<std::uint32_t> sequence_{0};
};

}  // namespace flatline
