#pragma once

// Memory for tables of megabytes: asked for in pages of two of them, where the kernel has some.
// Datagrams come in no order that a slot has, so with pages of four kilobytes each of a host's
// tables would cost a walk through the page table beside the line itself. Rounded up to whole huge
// pages; small tables are ordinary memory.

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace flatline {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

template <typename T>
struct HugePageAllocator {
  using value_type = T;

  HugePageAllocator() = default;
  template <typename Other>
  explicit(false) HugePageAllocator(const HugePageAllocator<Other>&) {}

  T* allocate(std::size_t count) {
    const std::size_t size_bytes = allocated_bytes(count);
    void* const memory = ::operator new(size_bytes, alignment_of(size_bytes));
    // Advice: without huge pages everything is as right, and slower.
    if (size_bytes >= kHugePageBytes) (void)::madvise(memory, size_bytes, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    ::operator delete(memory, alignment_of(allocated_bytes(count)));
  }
  bool operator==(const HugePageAllocator&) const = default;

 private:
  static std::size_t allocated_bytes(std::size_t count) {
    const std::size_t size_bytes = count * sizeof(T);
    if (size_bytes < kHugePageBytes) return size_bytes;
    return (size_bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  }
  static std::align_val_t alignment_of(std::size_t size_bytes) {
    constexpr std::size_t kLineBytes = 64;
    return std::align_val_t{size_bytes < kHugePageBytes ? kLineBytes : kHugePageBytes};
  }
};

/// A table of fixed size.
template <typename T>
using HugePageVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace flatline
