#pragma once

// What the kernel counts of a running process: processor time of its threads, instructions where
// the processor's counters can be had, memory, and what it wrote.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace flatline::test {

struct ProcessFigures {
  /// Of /proc/PID/task/TID/schedstat, user and system, by the thread's name; threads of one name
  /// together. The first thread of a process is `loop`.
  std::map<std::string, double> cpu_seconds;
  double resident_bytes = 0;
  double written_bytes = 0;  ///< /proc/PID/io wchar: handed to write(), cached or not.

  [[nodiscard]] double all_cpu_seconds() const;
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

}  // namespace flatline::test
