#pragma once

// Calls of the system that fail as a test says. Linking it puts functions of ours in the place of
// libc's, for the whole program and its libraries; what no test named passes.

#include <cstddef>
#include <string>

namespace flatline::test {

/// While it lives, stat() of files whose path ends with `name` fails with `error_number`, but for
/// the first `granted` times.
class FaultyStat {
 public:
  FaultyStat(const std::string& name, int error_number, int granted = 0);
  ~FaultyStat();
  FaultyStat(const FaultyStat&) = delete;
  FaultyStat& operator=(const FaultyStat&) = delete;
};

/// While it lives, no thread begins, but for the first `granted`.
class FaultyThreads {
 public:
  explicit FaultyThreads(int granted);
  ~FaultyThreads();
  FaultyThreads(const FaultyThreads&) = delete;
  FaultyThreads& operator=(const FaultyThreads&) = delete;
};

/// How often this process closed a descriptor that was not open: one that somebody closes twice is
/// by the second time another's.
std::size_t vain_closes();

/// While it lives, setsockopt() of this option fails with `error_number`.
class FaultySocketOption {
 public:
  FaultySocketOption(int option, int error_number);
  ~FaultySocketOption();
  FaultySocketOption(const FaultySocketOption&) = delete;
  FaultySocketOption& operator=(const FaultySocketOption&) = delete;
};

/// While it lives, flock() fails with `error_number`.
class FaultyLock {
 public:
  explicit FaultyLock(int error_number);
  ~FaultyLock();
  FaultyLock(const FaultyLock&) = delete;
  FaultyLock& operator=(const FaultyLock&) = delete;
};

}  // namespace flatline::test
