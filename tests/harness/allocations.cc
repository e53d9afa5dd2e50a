#include "tests/harness/allocations.h"

#include <atomic>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// The sanitizers' runtime has this function; its header is not installed with GCC.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*,
                                                                           std::size_t),
                                                         void (*on_free)(const volatile void*));
#else
// glibc's own functions under its own names. The functions below replace them for the program and
// all its libraries.
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* __libc_realloc(void* memory, std::size_t size);
extern "C" void* __libc_memalign(std::size_t alignment, std::size_t size);
#endif

namespace {

std::atomic<std::size_t> count = 0;

void count_one() {
  count.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// A sanitizer has replaced malloc already, and calls this hook.
static const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { count_one(); }, [](const volatile void*) {});

#else

extern "C" void* malloc(std::size_t size) {
  count_one();
  return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t number, std::size_t size) {
  count_one();
  return __libc_calloc(number, size);
}
extern "C" void* realloc(void* memory, std::size_t size) {
  count_one();
  return __libc_realloc(memory, size);
}
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

#endif

namespace flatline::test {

std::size_t allocations() {
  return count.load(std::memory_order_relaxed);
}

}  // namespace flatline::test
