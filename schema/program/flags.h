#pragma once

// The command line of a program: what it may be given, read by CLI11, which stays behind flags.cc
// (and tools/cli/command_line.cc, which has verbs). Compiling CLI11 takes longer than compiling all
// else of a program that includes it.

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace flatline {

/// One flag of a command line, while it is declared. Refers to its ProgramFlags.
class ProgramFlag {
 public:
  explicit ProgramFlag(CLI::Option& option) : option_(&option) {}

  /// What --help shows in the place of its value: `FILE`, `ADDR:PORT`.
  ProgramFlag& type(const std::string& name);
  ProgramFlag& required();
  /// --help shows what it is without the flag.
  ProgramFlag& shows_default();
  ProgramFlag& one_of(std::vector<std::string> values);
  ProgramFlag& needs(const ProgramFlag& other);
  ProgramFlag& excludes(const ProgramFlag& other);

 private:
  CLI::Option* option_;
};

/// What the flags are read into must live as long as this.
class ProgramFlags {
 public:
  /// `what` the program does is the head of its --help, `footer` the foot.
  ProgramFlags(const std::string& what, const std::string& program, const std::string& footer);
  ~ProgramFlags();
  ProgramFlags(const ProgramFlags&) = delete;
  ProgramFlags& operator=(const ProgramFlags&) = delete;

  /// `--flag VALUE`. As text, so that every error names its flag alike (flag_values.h).
  ProgramFlag option(const std::string& names, std::string& into, const std::string& help);
  /// The same, handed to `read`, which throws UsageError for what is not allowed.
  ProgramFlag option(const std::string& names, std::function<void(const std::string&)> read,
                     const std::string& help);
  /// `--flag VALUE`, as often as it is given.
  ProgramFlag repeated(const std::string& names, std::vector<std::string>& into,
                       const std::string& help);
  /// `--flag` alone.
  ProgramFlag flag(const std::string& names, bool& into, const std::string& help);
  /// A word that stands alone, as `leave`; flags may stand on either side of it.
  void word(const std::string& name, bool& into, const std::string& help);

  /// Reads `argv`, and answers --help and --version on stdout: false, and there is nothing left to
  /// do. Throws UsageError that names the flag, and Failure when stdout is full.
  [[nodiscard]] bool parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

/// The same for an App of CLI11's that has verbs.
[[nodiscard]] bool parse_flags(CLI::App& app, int argc, const char* const* argv);

}  // namespace flatline
