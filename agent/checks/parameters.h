#pragma once

// The keys of one [[check]] table, as a kind reads them. Every value that is read is remembered, so
// that the configuration's hash covers all that determines a check, defaults included.

#include <cstddef>
#include <filesystem>
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

  /// Each reads one key, and throws Failure for a value of another type or form.
  std::string text(std::string_view key, std::string_view fallback);
  std::string required_text(std::string_view key);
  std::vector<std::string> texts(std::string_view key, std::size_t max_count);
  std::string path(std::string_view key, std::string_view fallback);
  Range range(std::string_view key, std::string_view fallback);
  Milliseconds duration(std::string_view key, Milliseconds min, Milliseconds max,
                        Milliseconds fallback);
  bool boolean(std::string_view key, bool fallback);
  /// Reads `ok`, `warning`, `critical` or `unknown`.
  CheckState state(std::string_view key, CheckState fallback);
  unsigned count(std::string_view key, unsigned min, unsigned max, unsigned fallback);

  /// Reads the keys `warning` and `critical`, with `prefix` before their names. An empty fallback
  /// stands for no range.
  Thresholds thresholds(std::string_view prefix, std::string_view warning,
                        std::string_view critical);

  /// Throws Failure about a value that was read. `why` says what would be right.
  [[noreturn]] void fail(std::string_view key, std::string_view why) const;

  /// `path`, taken relative to the configuration's folder.
  [[nodiscard]] std::string resolved(const std::string& path) const;

  /// Every key and value read so far, as text that differs for any two different configurations.
  [[nodiscard]] const std::string& remembered() const { return remembered_; }

 private:
  std::string remember(std::string_view key, std::string value);

  SettingsTable& table_;
  std::filesystem::path folder_;
  std::string remembered_;
};

}  // namespace flatline
