#pragma once

// The keys of one [[check]] table, as a kind reads them. Every value that is read is remembered, so
// that the configuration's hash covers all that determines a check, defaults included.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/threshold.h"
#include "schema/program/settings.h"

namespace flatline {

class CheckParameters {
 public:
  /// Borrows the table. Relative paths are relative to `folder`.
  CheckParameters(SettingsTable& table, std::filesystem::path folder);

  /// Each reads one key. For a value of another type or form, which the table remembers as wrong,
  /// it returns the default, or an empty text or list where there is none.
  std::string text(const Setting& setting, std::string_view fallback);
  std::string required_text(const Setting& setting);
  std::vector<std::string> texts(const Setting& setting, std::size_t max_count);
  std::string path(const Setting& setting, std::string_view fallback);
  Milliseconds duration(const Setting& setting, Milliseconds min, Milliseconds max,
                        Milliseconds fallback);
  bool boolean(const Setting& setting, bool fallback);
  /// Reads `ok`, `warning`, `critical` or `unknown`.
  CheckState state(const Setting& setting, CheckState fallback);
  unsigned count(const Setting& setting, unsigned min, unsigned max, unsigned fallback);

  /// Reads the keys `warning` and `critical`, with `prefix` before their names. An empty fallback
  /// stands for no range. `what` is what is measured, for the manual page.
  Thresholds thresholds(std::string_view prefix, std::string_view what, std::string_view warning,
                        std::string_view critical);

  /// Remembers a value that was read as wrong. `why` says what would be right. A kind then returns
  /// no check, after it has read all of its keys.
  void refuse(std::string_view key, std::string_view why) const;
  /// `must be FORM; found VALUE`.
  void refuse_form(std::string_view key, std::string_view form) const;

  /// `path`, taken relative to the configuration's folder.
  [[nodiscard]] std::string resolved(const std::string& path) const;

  /// Every key and value read so far, as text that differs for any two different configurations.
  [[nodiscard]] const std::string& remembered() const { return remembered_; }

 private:
  std::optional<Range> range(const Setting& setting, std::string_view fallback);
  std::string remember(std::string_view key, std::string value);

  SettingsTable& table_;
  std::filesystem::path folder_;
  std::string remembered_;
};

}  // namespace flatline
