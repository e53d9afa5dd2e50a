#pragma once

// What was found to be wrong in one file of settings, told at once: whoever mends one line at a
// time starts a program as often as there are wrong ones.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flatline {

/// Whether errors may show what was found in a file.
enum class SettingsEcho { kValues, kNothing };

class SettingsFaults {
 public:
  SettingsFaults() = default;
  /// `origin` is the file's path, or what stands in its place. A file whose values are not to be
  /// shown is a secret and no configuration.
  SettingsFaults(std::string_view origin, SettingsEcho echo) : origin_(origin), echo_(echo) {}

  void add(std::size_t line, std::string_view text);
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  [[nodiscard]] const std::string& origin() const { return origin_; }
  [[nodiscard]] bool may_show_values() const { return echo_ == SettingsEcho::kValues; }
  /// Throws ConfigurationError, or Failure about a secret, with a line for each fault, in the order
  /// of the file: `ORIGIN:LINE: TEXT`.
  [[noreturn]] void tell();

 private:
  struct Fault {
    std::size_t line = 0;
    std::string text;
  };
  std::string origin_;
  SettingsEcho echo_ = SettingsEcho::kValues;
  std::vector<Fault> faults_;
};

/// The number of the first line that begins as the head of a table does, but names none: of what
/// toml++ breaks at, it does not tell the line. 1 if there is no such line.
std::size_t line_of_nameless_head(std::string_view text);

}  // namespace flatline
