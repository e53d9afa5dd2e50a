#pragma once

// Declares and reads the flags of a program. CLI11 does the work, and only flags.cc includes it
// (and the command line in tools/cli, whose program has verbs), because compiling CLI11 takes
// longer than all the rest of a program.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "schema/program/manual.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace flatline {

/// A flag as it is declared: of `-o,--output FORM` the names are `-o,--output`, and --help shows
/// FORM in the place of its value. A flag without a value has none.
struct DeclaredFlag {
  std::string names;
  std::string value;
};
DeclaredFlag read_declaration(const std::string& declaration);

/// One flag of a command line, while it is declared. It must not outlive its ProgramFlags.
class ProgramFlag {
 public:
  explicit ProgramFlag(CLI::Option& option) : option_(&option) {}

  ProgramFlag& required();
  /// Makes --help show the value that holds without the flag.
  ProgramFlag& shows_default();
  ProgramFlag& one_of(std::vector<std::string> values);
  ProgramFlag& needs(const ProgramFlag& other);
  ProgramFlag& excludes(const ProgramFlag& other);

 private:
  CLI::Option* option_;
};

/// The flags of a program. The variables that they are read into must live as long as this.
class ProgramFlags {
 public:
  /// --help begins with `what`, which says what the program does, and ends with `footer`.
  ProgramFlags(const std::string& what, const std::string& program, const std::string& footer);
  ~ProgramFlags();
  ProgramFlags(const ProgramFlags&) = delete;
  ProgramFlags& operator=(const ProgramFlags&) = delete;

  /// Declares `--flag VALUE`. The value is stored as text and read by flag_values.h, so that every
  /// error names its flag in the same words.
  ProgramFlag option(const std::string& declaration, std::string& into, const std::string& help);
  /// Declares `--flag VALUE`, whose value is handed to `read`. That throws UsageError for what is
  /// not allowed.
  ProgramFlag option(const std::string& declaration,
                     const std::function<void(const std::string&)>& read, const std::string& help);
  /// Declares `--flag VALUE`, which may be given any number of times.
  ProgramFlag repeated(const std::string& declaration, std::vector<std::string>& into,
                       const std::string& help);
  /// Declares `--flag`, which has no value.
  ProgramFlag flag(const std::string& names, bool& into, const std::string& help);
  /// Declares a word without dashes, such as `leave`. Flags may stand on either side of it.
  void word(const std::string& name, bool& into, const std::string& help);

  /// Declares the configuration file that has a manual page, too, which `page` makes.
  void has_settings_page(std::function<std::string()> page) { settings_page_ = std::move(page); }

  /// Reads `argv`. Returns false when it has answered `--help` or `--version` on stdout, and
  /// nothing is left to do. Throws UsageError that names the flag, and Failure when stdout is full.
  [[nodiscard]] bool parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
  std::function<std::string()> settings_page_;
};

/// Does the same as ProgramFlags::parse() for an App of CLI11's, which may have verbs. `--manual
/// SECTION`, which the build asks for, prints the manual page: of the program, or in section 5 of
/// its configuration, which `settings_page` makes.
[[nodiscard]] bool parse_flags(CLI::App& app, int argc, const char* const* argv,
                               const std::function<std::string()>& settings_page = nullptr);

/// The App's picture: what its --help says, in parts.
ManualCommand manual_of(const CLI::App& app);

}  // namespace flatline
