#pragma once

// The command line: what holds for all verbs, and the verbs, each of which declares itself in the
// file that does its work. The only door to CLI11 of this program.

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"

namespace CLI {
class App;
}

namespace flatline::cli {

struct Session;

enum class Output { kTable, kJson, kNames, kHex, kRaw };

/// For all verbs that ask a collector.
struct CommonOptions {
  std::string api = "http://127.0.0.1:4171";
  std::string token_file;
  std::string admin_token_file;
  std::chrono::milliseconds timeout{kDefaultRequestTimeout};
  bool no_color = false;
  Output output = Output::kTable;
  std::optional<WallTime> at;  ///< The moment asked about; none: now.
};

/// A verb being declared. What its arguments are stored into must live as long as its run().
class Verb {
 public:
  /// Does the job, prints the answer on stdout, returns the exit code; throws what goes wrong.
  using Run = std::function<int(Session&)>;
  /// The same for a verb that needs no collector.
  using RunAlone = std::function<int()>;
  /// Reads what was typed; throws UsageError.
  using Read = std::function<void(const std::string&)>;

  Verb(CLI::App& subcommand, std::string examples)
      : subcommand_(subcommand), examples_(std::move(examples)) {}

  /// An argument without a flag: one, one that may be left out, or as many as there are.
  Verb& takes(const std::string& name, std::string& into, const std::string& what);
  Verb& may_take(const std::string& name, std::string& into, const std::string& what);
  Verb& takes_any(const std::string& name, std::vector<std::string>& into, const std::string& what);
  Verb& takes_many(const std::string& name, std::vector<std::string>& into,
                   const std::string& what);

  Verb& option(const std::string& flag, std::string& into, const std::string& what);
  Verb& option(const std::string& flag, Read read, const std::string& what);
  Verb& required_option(const std::string& flag, std::string& into, const std::string& what);
  Verb& required_option(const std::string& flag, Read read, const std::string& what);
  Verb& flag(const std::string& flag, bool& into, const std::string& what);

  /// What --output may be; the first is the default. Without: there is one form only.
  Verb& prints(std::initializer_list<std::pair<std::string_view, Output>> outputs);
  /// --output is a file, as compilers have it.
  Verb& writes(std::string& file);
  /// It changes something: its session's client shows the admin token.
  Verb& is_operators();
  /// A monitoring plugin: whatever goes wrong with it is a plugin's UNKNOWN.
  Verb& is_plugin();

  /// `at TIME` may stand before it: its session's client then asks about that moment.
  Verb& may_look_back();
  /// It is `at` itself: takes a moment, then a verb that may look back. Alone it is `verb`.
  Verb& looks_back(const std::string& moment, const std::string& verb);

  Verb& runs(Run run);
  Verb& runs_alone(RunAlone run);

 private:
  friend class CommandLine;
  CLI::App& subcommand_;
  std::string examples_;
  std::vector<std::pair<std::string_view, Output>> outputs_;
  std::string* file_ = nullptr;
  bool plugin_ = false;
  bool operators_ = false;
  bool may_look_back_ = false;
  std::string alone_;  ///< Of `at`: the verb that it is when none follows.
  Run run_;
  RunAlone run_alone_;
};

class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Begins a verb. `examples` are the foot of its --help.
  Verb& verb(const std::string& name, const std::string& what, const std::string& examples);

  /// Reads the arguments and runs the verb, with a session if it needs one; prints --help and
  /// --version. Returns the exit code. Throws UsageError, and what the verb throws. `is_plugin`
  /// becomes true as soon as the verb is known to be a plugin.
  int run(int argc, const char* const* argv, bool& is_plugin);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline::cli
