#pragma once

// Memory that one thread writes and others copy while it does: words stored and loaded atomically,
// with a sequence lock beside them that tells a reader whether its copy is whole. The writer never
// waits. (H. Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012.)

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "collector/view/huge_pages.h"
#include "collector/view/prefetch.h"
#include "schema/limits.h"

namespace flatline {

/// A run of words. Not synchronised by itself: pair it with a Seqlock.
class SeqlockWords {
 public:
  explicit SeqlockWords(std::size_t size_bytes);

  /// Writes `size_bytes` (a multiple of 8) at `offset_bytes` (likewise).
  void store(std::size_t offset_bytes, const void* from, std::size_t size_bytes);
  /// Reads, likewise.
  void load(std::size_t offset_bytes, void* to, std::size_t size_bytes) const;
  void prefetch(std::size_t offset_bytes, std::size_t size_bytes) const {
    prefetch_lines(words_.data() + offset_bytes / 8, size_bytes);
  }
  /// Reads on the writer's own thread: nobody else writes, so it may be plain memory.
  void load_own(std::size_t offset_bytes, void* to, std::size_t size_bytes) const {
    std::memcpy(to, reinterpret_cast<const std::byte*>(words_.data()) + offset_bytes, size_bytes);
  }

 private:
  HugePageVector<std::atomic<std::uint64_t>> words_;
};

/// Odd while its words are being written.
class Seqlock {
 public:
  void begin_write() {
    sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }
  void end_write() {
    sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Calls `copy` until one run of it saw no writing, at most kReadAttempts times.
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
