#include "tests/harness/scarce_memory.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> is_scarce = false;
std::atomic<std::size_t> asked = 0;
std::atomic<std::size_t> first_refused = 0;
std::atomic<std::size_t> first_granted_again = 0;
thread_local bool is_spared = false;

bool is_refused() {
  if (!is_scarce.load(std::memory_order_acquire) || is_spared) return false;
  const std::size_t turn = asked.fetch_add(1);
  return turn >= first_refused && turn < first_granted_again;
}

void* take(std::size_t size) {
  return is_refused() ? nullptr : std::malloc(size > 0 ? size : 1);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* const memory = take(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return take(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace flatline::test {

ScarceMemory::ScarceMemory(std::size_t granted, std::size_t refused) {
  is_spared = true;
  asked = 0;
  first_refused = granted;
  first_granted_again = granted + refused;
  is_scarce.store(true, std::memory_order_release);
}

ScarceMemory::~ScarceMemory() {
  is_scarce = false;
  is_spared = false;
}

bool ScarceMemory::has_refused() const {
  return asked > first_refused;
}

}  // namespace flatline::test
