#pragma once

// The real flatline as a person runs it, in a folder of its own.

#include <functional>
#include <string>
#include <vector>

#include "tests/harness/child_process.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::test {

/// A folder with a fleet key, in which flatline is run.
class Place {
 public:
  Place();

  [[nodiscard]] std::string file(const std::string& name) const;
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const;
  static Finished run(std::vector<std::string> arguments);
  /// Runs a line of the shell in the folder, where `flatline` is the program.
  [[nodiscard]] Finished shell(const std::string& line) const;
  /// The names of the files in the folder, or in one within it.
  [[nodiscard]] std::vector<std::string> files(const std::string& within = ".") const;

 private:
  TemporaryFolder folder_;
};

/// Runs a command that asks a collector which never answers, with a longer --timeout until
/// `is_heard` says that the collector was asked: of a short one a busy machine may take all before.
Finished run_until_heard(const std::vector<std::string>& arguments,
                         const std::function<bool()>& is_heard);

/// Checks that the program ended with `exit_code`, printed nothing on stdout, and one line on
/// stderr that contains each of `words`.
void refused(const Finished& finished, int exit_code, const std::vector<std::string>& words);

/// Checks that a text contains each of `words`.
void says(const std::string& text, const std::vector<std::string>& words);

}  // namespace flatline::test
