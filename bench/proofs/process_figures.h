#pragma once

// What the kernel counts of a running process: processor time of each thread, instructions where
// the processor's counters can be had, memory, and what went through system calls.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace flatline::bench {

/// A collector's memory may move by so much while everything is allocated: stacks, and the API's
/// answers.
inline constexpr double kMemorySlackBytes = 1 << 20;
/// SQLite's own bound for the pages of a database that it keeps: of the registry it keeps as many
/// as hosts have filled.
inline constexpr double kRegistryCacheBytes = 2000 * 1024;

struct ThreadFigures {
  std::string name;
  double cpu_seconds = 0;      ///< /proc/PID/task/TID/schedstat: nanoseconds, user and system.
  std::uint64_t switches = 0;  ///< Times that it went to sleep by itself.
};

struct ProcessFigures {
  std::map<pid_t, ThreadFigures> threads;
  std::uint64_t resident_bytes = 0;
  std::uint64_t written_bytes = 0;  ///< /proc/PID/io wchar: handed to write(), cached or not.
  std::uint64_t disk_bytes = 0;     ///< write_bytes: sent to the block layer.
  std::uint64_t read_calls = 0;     ///< syscr and syscw: read and write, pread and pwrite.
  std::uint64_t write_calls = 0;

  /// Of all threads with this name; the first thread of a process is `loop`.
  [[nodiscard]] double cpu_seconds(const std::string& name) const;
  [[nodiscard]] double cpu_seconds() const;
};

/// A thread that ended meanwhile is left out.
ProcessFigures read_figures(pid_t process);

/// Instructions that a thread has executed, by perf_event_open(2): its own, in user space. What the
/// kernel does meanwhile is also other programs' interrupts, and asks for more rights.
class InstructionCounter {
 public:
  explicit InstructionCounter(pid_t thread);
  ~InstructionCounter();
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;

  /// Nothing: this machine, or its kernel, has no such counter for us.
  [[nodiscard]] std::optional<std::uint64_t> read() const;

 private:
  int file_ = -1;
};

}  // namespace flatline::bench
