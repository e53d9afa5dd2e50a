#pragma once

// An allocator for large tables: it asks the kernel for huge pages (2 MiB). Datagrams arrive in an
// order that has nothing to do with the slots', so with pages of 4 KiB every access to a host's
// tables would cost a walk through the page table beside the cache miss. Sizes are rounded up to
// whole huge pages; a table smaller than one gets ordinary memory.

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
    // The result does not matter: without huge pages the table is slower, not wrong.
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
