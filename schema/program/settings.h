#pragma once

// A strict reader of one TOML file: the project's only door to toml++. Whoever reads a file asks
// for the keys it knows, each with what is allowed, and calls finish(): a key that nobody asked for
// is an error. Every error is a Failure of the form
//     agent.toml:12: interval: 50ms is out of range; allowed are 100ms to 5m

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/time.h"

namespace flatline {

/// One table of a TOML file. Borrows from the Settings that it came from.
class SettingsTable {
 public:
  /// Each reads one key. Absent: nothing. Of another type or out of range: throws Failure.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t min,
                                                    std::int64_t max);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key);
  [[nodiscard]] std::optional<Milliseconds> duration(std::string_view key, Milliseconds min,
                                                     Milliseconds max);
  /// A list of text; a single text counts as a list of one. At most `max_count` of them.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key,
                                                              std::size_t max_count);
  /// All `[[key]]` tables, in the order of the file.
  [[nodiscard]] std::vector<SettingsTable> tables(std::string_view key, std::size_t max_count);
  /// A `[key]` table.
  [[nodiscard]] std::optional<SettingsTable> table(std::string_view key);

  /// text() that must be there.
  [[nodiscard]] std::string required_text(std::string_view key);

  /// The error for a key whose value was read but is not right: `why` says what would be.
  [[noreturn]] void fail(std::string_view key, std::string_view why) const;

  /// Throws Failure for the first key that nobody asked for, with the keys that there are. Call it
  /// on every table.
  void finish() const;

  struct Node;  // The parsed table; settings.cc's own.
  explicit SettingsTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}

 private:
  std::shared_ptr<Node> node_;
};

/// Reads and parses a file of at most `max_bytes`. Throws Failure: not there, not readable, too
/// large, not TOML (with the line).
SettingsTable read_settings(const std::filesystem::path& path, std::size_t max_bytes);

/// The same from memory; `origin` stands for the file's name in errors.
SettingsTable parse_settings(std::string_view text, std::string_view origin);

}  // namespace flatline
