#pragma once

// Which system calls a running process makes, counted by strace. It stops the process at each:
// never while its time is measured.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "tests/harness/child_process.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::bench {

class SystemCallCount {
 public:
  /// Attaches to all threads of the process.
  explicit SystemCallCount(pid_t process);

  /// Detaches. Calls by name.
  std::map<std::string, double> stop();

  static bool is_possible();

 private:
  TemporaryFolder folder_;
  test::ChildProcess strace_;
};

}  // namespace flatline::bench
