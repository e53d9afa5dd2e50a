// A wall clock that somebody sets while a program runs. A test preloads this library into the
// program; FLATLINE_CLOCK_SHIFT names a file of eight bytes, by how many milliseconds the program's
// wall clock is ahead of the machine's. The test changes the file at any time.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Shift = std::atomic<std::int64_t>;

const Shift& shift() {
  static const Shift none = 0;
  static const Shift* const mapped = [] {
    const char* path = std::getenv("FLATLINE_CLOCK_SHIFT");
    const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return &none;
    void* memory = ::mmap(nullptr, sizeof(Shift), PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    return memory == MAP_FAILED ? &none : static_cast<const Shift*>(memory);
  }();
  return *mapped;
}

}  // namespace

extern "C" int clock_gettime(clockid_t id, timespec* value) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_clock_gettime, id, value));
  if (result == 0 && id == CLOCK_REALTIME) {
    const std::int64_t ahead_ms = shift();
    value->tv_sec += ahead_ms / 1000;
    value->tv_nsec += ahead_ms % 1000 * 1'000'000;
    if (value->tv_nsec >= 1'000'000'000) {
      value->tv_nsec -= 1'000'000'000;
      ++value->tv_sec;
    } else if (value->tv_nsec < 0) {
      value->tv_nsec += 1'000'000'000;
      --value->tv_sec;
    }
  }
  return result;
}
