#pragma once

// The command line: what holds for all verbs. Each verb declares itself in the file that does its
// work. In this program only command_line.cc and verb.cc include CLI11.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/verb.h"

namespace flatline {
struct ManualCommand;
}

namespace flatline::cli {

class Collectors;
class Client;
struct VerbForms;

class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// The heading in --help of the verbs that are declared from now on.
  void begin_group(const std::string& heading);

  /// Begins to declare a verb. `examples` are the foot of its --help.
  Verb& verb(const std::string& name, const std::string& what, const std::string& examples);

  /// Reads the arguments and runs the verb, with a session if it needs one; or prints --help or
  /// --version. Returns the exit code. Throws UsageError, and what the verb throws. Sets
  /// `is_plugin` as soon as the verb is known to be a plugin, so that the caller knows how to tell
  /// errors.
  int run(int argc, const char* const* argv, bool& is_plugin);

  /// All verbs with their options, as --help tells them.
  [[nodiscard]] ManualCommand manual() const;
  /// What else is declared of each verb.
  [[nodiscard]] std::map<std::string, VerbForms> forms() const;
  /// A client of the collector that `arguments`, which are being typed, name; else of the one that
  /// this command line does.
  [[nodiscard]] std::unique_ptr<Client> client_for(const std::vector<std::string>& arguments,
                                                   std::chrono::milliseconds timeout) const;
  /// For verbs that need no collector, or choose one themselves: once they run.
  [[nodiscard]] const CommonOptions& options() const;
  [[nodiscard]] Collectors& collectors();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline::cli
