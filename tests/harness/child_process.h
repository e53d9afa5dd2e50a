#pragma once

// Real programs in tests. A test waits for what a program prints or for its end, always with a
// deadline; the program is killed when the test ends.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace flatline::test {

/// How long what must come is waited for. It is no measure of anything: a busy machine takes its
/// time, and only what never comes fails a test by it.
inline constexpr std::chrono::seconds kPatience{60};

class ChildProcess {
 public:
  /// Starts command[0], a path, with the rest as arguments. Throws std::runtime_error if it cannot.
  explicit ChildProcess(const std::vector<std::string>& command);
  /// Kills the program if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Returns the next line of its stdout, without the newline, or nothing if its stdout ended or no
  /// line came in time.
  std::optional<std::string> read_line(std::chrono::milliseconds patience = kPatience);

  /// Waits until a line of its stderr has one of these words, behind the lines that were heard
  /// before. Returns what it said from there up to that line. Throws std::runtime_error if none
  /// comes in time.
  std::string hear(const std::vector<std::string>& any_of);

  /// Reads everything else that it prints, and returns its exit code (128 + the number of the
  /// signal that ended it), or nothing if it did not end in time.
  std::optional<int> wait(std::chrono::milliseconds patience = kPatience);

  void send_signal(int number) const;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// A file descriptor for a test's own poll: it is readable when there is more for read_line().
  [[nodiscard]] int stdout_file() const { return stdout_; }
  /// What was read of stdout and not returned by read_line(); after wait(), all of that.
  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const std::string& err() const { return err_; }

 private:
  /// Reads what comes from both pipes. False if both have ended or the deadline has passed.
  bool read_some(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  int stdout_ = -1;
  int stderr_ = -1;
  std::string out_;
  std::string err_;
  std::size_t heard_ = 0;  ///< How much of err_ hear() has returned.
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end. The exit code is -1 if it did not end in time.
Finished run_to_end(const std::vector<std::string>& command,
                    std::chrono::milliseconds patience = kPatience);

}  // namespace flatline::test
