#pragma once

// A verb of the command line, as it is declared in the file that does its work.

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace flatline::cli {

struct Session;

enum class Output { kTable, kWide, kCsv, kJson, kNames, kHex, kRaw };

/// The options of all verbs that ask a collector, but for those that say which: see Collectors.
struct CommonOptions {
  std::chrono::milliseconds timeout{kDefaultRequestTimeout};
  bool no_color = false;
  Output output = Output::kTable;
  std::optional<WallTime> at;  ///< The moment that is asked about; now where it is empty.
};

/// A verb and its declaration. The variables that its arguments are stored into must live until it
/// has run.
class Verb {
 public:
  /// Does the job, prints the answer on stdout and returns the exit code. Throws what goes wrong.
  using Run = std::function<int(Session&)>;
  /// Does the same for a verb that needs no collector.
  using RunAlone = std::function<int()>;
  /// Reads what was typed. Throws UsageError.
  using Read = std::function<void(const std::string&)>;

  Verb(CLI::App& subcommand, CommonOptions& common, std::string examples)
      : subcommand_(subcommand), common_(common), examples_(std::move(examples)) {}

  /// Arguments without a flag: exactly one, one that may be left out, any number.
  Verb& takes(const std::string& name, std::string& into, const std::string& what);
  Verb& may_take(const std::string& name, std::string& into, const std::string& what);
  Verb& takes_any(const std::string& name, std::vector<std::string>& into, const std::string& what);

  /// Declares `--flag VALUE`, as DeclaredFlag says.
  Verb& option(const std::string& declaration, std::string& into, const std::string& what);
  Verb& option(const std::string& declaration, const Read& read, const std::string& what);
  /// Declares that the option that was declared last must be given.
  Verb& required();
  Verb& flag(const std::string& flag, bool& into, const std::string& what);
  /// A flag that may be given several times, which are counted.
  Verb& counted(const std::string& flag, unsigned& into, const std::string& what);
  /// Declares another flag for --timeout, whose plain number is seconds, as plugins have it.
  Verb& takes_plain_timeout(const std::string& flag, const std::string& what);

  /// Declares what --output may be; the first is the default. Without this, there is one form only.
  Verb& prints(std::initializer_list<std::pair<std::string_view, Output>> outputs);
  /// Declares --output to name a file, as with compilers.
  Verb& writes(std::string& file);
  /// Declares that the verb asks for actions: its session's client then shows the admin token.
  Verb& is_operators();
  /// Declares a monitoring plugin: whatever goes wrong with it is said as a plugin's UNKNOWN.
  Verb& is_plugin();

  /// Declares a verb for programs of ours, which no help tells of.
  Verb& is_hidden();

  /// Declares that `at TIME` may be typed before the verb: its session's client then asks about
  /// that moment.
  Verb& may_look_back();
  /// Declares the verb `at` itself, which takes a moment and then a verb that may look back. Where
  /// none follows, it runs `verb`.
  Verb& looks_back(const std::string& moment, const std::string& verb);

  /// Declares that the verb asks a collector only where `wanted` was set by a flag, and runs alone
  /// otherwise.
  Verb& asks_if(const bool& wanted);

  Verb& runs(Run run);
  Verb& runs_alone(RunAlone run);

 private:
  friend class CommandLine;
  CLI::App& subcommand_;
  CommonOptions& common_;
  std::string examples_;
  std::vector<std::pair<std::string_view, Output>> outputs_;
  CLI::Option* last_ = nullptr;
  std::string* file_ = nullptr;
  bool plugin_ = false;
  bool operators_ = false;
  bool hidden_ = false;
  bool may_look_back_ = false;
  const bool* wanted_ = nullptr;  ///< Whether a verb that may run alone shall ask; null for others.
  std::string alone_;  ///< The verb that `at` runs when none follows; empty for all others.
  Run run_;
  RunAlone run_alone_;
};

}  // namespace flatline::cli
