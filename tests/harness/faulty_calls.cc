#include "tests/harness/faulty_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

namespace {

std::atomic<int> stat_error = 0;
std::atomic<int> stats_granted = 0;
std::string stat_name;                  // Constant while stat_error is set.
std::atomic<int> threads_granted = -1;  // Below zero: all.
std::atomic<std::size_t> closed_in_vain = 0;
std::atomic<int> option_error = 0;
std::atomic<int> faulty_option = 0;
std::atomic<int> lock_error = 0;

}  // namespace

namespace {

int faulty_stat(const char* path, struct stat* status) {
  const int error = stat_error.load(std::memory_order_acquire);
  if (error != 0 && std::string_view(path).ends_with(stat_name) && stats_granted-- <= 0) {
    errno = error;
    return -1;
  }
  return ::fstatat(AT_FDCWD, path, status, 0);
}

}  // namespace

// The same call by its two names: ours is compiled with large files, the standard library is not.
extern "C" int stat_by_name(const char* path, struct stat* status) noexcept __asm__("stat");
extern "C" int stat64_by_name(const char* path, struct stat* status) noexcept __asm__("stat64");
extern "C" int stat_by_name(const char* path, struct stat* status) noexcept {
  return faulty_stat(path, status);
}
extern "C" int stat64_by_name(const char* path, struct stat* status) noexcept {
  return faulty_stat(path, status);
}

extern "C" int setsockopt(int socket, int level, int option, const void* value,
                          socklen_t size) noexcept {
  const int error = option_error;
  if (error != 0 && option == faulty_option) {
    errno = error;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_setsockopt, socket, level, option, value, size));
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (threads_granted >= 0 && threads_granted-- == 0) {
    threads_granted = 0;
    return EAGAIN;
  }
  return create(thread, attributes, start, argument);
}

extern "C" int flock_by_name(int file, int operation) noexcept __asm__("flock");
extern "C" int flock_by_name(int file, int operation) noexcept {
  if (const int error = lock_error; error != 0) {
    errno = error;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_flock, file, operation));
}

extern "C" int close(int descriptor) {
  const int result = static_cast<int>(::syscall(SYS_close, descriptor));
  if (result != 0 && errno == EBADF) ++closed_in_vain;
  return result;
}

namespace flatline::test {

std::size_t vain_closes() {
  return closed_in_vain;
}

FaultyThreads::FaultyThreads(int granted) {
  threads_granted = granted;
}

FaultyThreads::~FaultyThreads() {
  threads_granted = -1;
}

FaultyStat::FaultyStat(const std::string& name, int error_number, int granted) {
  stat_name = name;
  stats_granted = granted;
  stat_error.store(error_number, std::memory_order_release);
}

FaultyStat::~FaultyStat() {
  stat_error = 0;
}

FaultySocketOption::FaultySocketOption(int option, int error_number) {
  faulty_option = option;
  option_error = error_number;
}

FaultySocketOption::~FaultySocketOption() {
  option_error = 0;
}

FaultyLock::FaultyLock(int error_number) {
  lock_error = error_number;
}

FaultyLock::~FaultyLock() {
  lock_error = 0;
}

}  // namespace flatline::test
