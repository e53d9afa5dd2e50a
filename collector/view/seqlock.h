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
  /// The same for a size that the compiler knows, for who reads a little of every slot.
  template <std::size_t kSizeBytes>
  void load(std::size_t offset_bytes, void* to) const {
    auto* target = static_cast<std::byte*>(to);
    const std::atomic<std::uint64_t>* source = words_.data() + offset_bytes / 8;
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kSizeBytes / 8; ++i) {
      const std::uint64_t word = source[i].load(std::memory_order_relaxed);
      std::memcpy(target + 8 * i, &word, sizeof word);
    }
  }
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

  /// Calls `copy` once, unless the writer is writing. False if it was, or has begun meanwhile; what
  /// `copy` copied is not whole then.
  template <typename Copy>
  [[nodiscard]] bool try_read(Copy&& copy) const {
    const std::uint32_t before = sequence_.load(std::memory_order_acquire);
    if ((before & 1) != 0) return false;
    copy();
    std::atomic_thread_fence(std::memory_order_acquire);
    return sequence_.load(std::memory_order_relaxed) == before;
  }

  /// Does so until it succeeds (read_persistently).
  template <typename Copy>
  [[nodiscard]] bool read(Copy&& copy) const;

 private:
  std::atomic<std::uint32_t> sequence_{0};
};

/// Leaves the processor to other threads for kReadRest.
void rest_reader() noexcept;

/// Calls `attempt` until it returns true, at most kReadAttempts times. A writer that lost its
/// processor in the middle of writing needs one to go on, and the reader may sit on the only one:
/// so after kReadAttemptsAtOnce attempts, it rests before each.
template <typename Attempt>
[[nodiscard]] bool read_persistently(Attempt&& attempt) {
  for (unsigned attempts = 0; attempts < kReadAttempts; ++attempts) {
    if (attempts >= kReadAttemptsAtOnce) rest_reader();
    if (attempt()) return true;
  }
  return false;
}

template <typename Copy>
bool Seqlock::read(Copy&& copy) const {
  return read_persistently([&] { return try_read(copy); });
}

}  // namespace flatline
