#pragma once

// What ends a program before it serves. Thrown only while starting (or by a command line tool while
// it does its one job) and caught in `main`, which prints `program: message` on one line.

#include <stdexcept>
#include <string>

namespace flatline {

/// The command line was wrong: exit 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Anything else that keeps a program from its job: exit 1. The message names what was wrong,
/// where, and what would be right.
class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `No such file or directory` for an errno value.
std::string system_error_text(int error_number);

}  // namespace flatline
