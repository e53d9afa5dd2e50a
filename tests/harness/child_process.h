#pragma once

// Real programs in tests: started, awaited by what they print or by their end, always with a
// deadline, and gone when the test is. Also a folder that goes with them.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace flatline::test {

inline constexpr std::chrono::seconds kPatience{30};

class ChildProcess {
 public:
  /// Starts command[0], a path, with the rest as arguments. Throws std::runtime_error if it cannot.
  explicit ChildProcess(const std::vector<std::string>& command);
  /// Kills it, if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line of its stdout, without the newline. Nothing: its stdout ended, or patience did.
  std::optional<std::string> read_line(std::chrono::milliseconds patience = kPatience);

  /// Everything else that it prints, and its exit code (128 + the number of a signal that ended
  /// it). Nothing: it did not end in time.
  std::optional<int> wait(std::chrono::milliseconds patience = kPatience);

  void send_signal(int number) const;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Readable when there is more for read_line(); takes part in a test's own poll.
  [[nodiscard]] int stdout_file() const { return stdout_; }
  /// What was read of stdout but not handed out as a line; all of it after wait().
  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const std::string& err() const { return err_; }

 private:
  /// Reads what comes, from both. False: both ended, or the deadline passed.
  bool read_some(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  int stdout_ = -1;
  int stderr_ = -1;
  std::string out_;
  std::string err_;
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end; exit code -1: it did not end in time.
Finished run_to_end(const std::vector<std::string>& command,
                    std::chrono::milliseconds patience = kPatience);

}  // namespace flatline::test
