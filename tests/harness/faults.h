#pragma once

// Plans which calls to files fail in a real program that is run under faulty_files.cc.

#include <string>
#include <vector>

#include "tests/harness/faulty_files.h"
#include "tests/harness/temporary_folder.h"

namespace flatline::test {

class Faults {
 public:
  /// `library` is the path of faulty_files.cc as it was built.
  explicit Faults(std::string library);
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  /// The command that runs a program under this plan; the program's own comes behind.
  [[nodiscard]] std::vector<std::string> under() const;

  /// From now on `times` such calls to files whose path contains `name` meet with the fault, but
  /// not the first `granted` ones.
  void plan(FileCall call, int fault, int times, const std::string& name, int granted = 0);
  void end() { plan_->call = FileCall::kNone; }
  [[nodiscard]] int met() const { return plan_->met; }
  /// Waits until so many calls hang. False if they do not in time.
  [[nodiscard]] bool await_hanging(int count) const;

 private:
  TemporaryFolder folder_;
  std::string library_;
  FaultPlan* plan_ = nullptr;
};

/// A fault that can befall a call.
struct Fault {
  FileCall call;
  int fault;
  const char* name;
};
const std::vector<Fault>& each_fault();

/// Prints a row of a table of faults, if FLATLINE_TABLE is set.
void print_row(const std::string& row);

}  // namespace flatline::test
