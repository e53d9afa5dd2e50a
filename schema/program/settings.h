#pragma once

// A strict reader of one TOML file. Only settings.cc includes toml++. Whoever reads a file asks for
// the keys it knows, each with what is allowed, and then calls finish(), for which a key that
// nobody asked for is an error. Every error is a Failure of the form
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

/// One table of a TOML file. Tables of one file share ownership of what was parsed.
class SettingsTable {
 public:
  /// Each reads one key. Returns nothing where the key is absent. Throws Failure where the value
  /// has another type or is out of range.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t min,
                                                    std::int64_t max);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key);
  [[nodiscard]] std::optional<Milliseconds> duration(std::string_view key, Milliseconds min,
                                                     Milliseconds max);
  /// Reads a list of at most `max_count` texts; a single text counts as a list of one.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key,
                                                              std::size_t max_count);
  /// All `[[key]]` tables, at most `max_count`, in the order of the file.
  [[nodiscard]] std::vector<SettingsTable> tables(std::string_view key, std::size_t max_count);
  /// The `[key]` table.
  [[nodiscard]] std::optional<SettingsTable> table(std::string_view key);

  /// Reads as text() does, and throws Failure where the key is absent.
  [[nodiscard]] std::string required_text(std::string_view key);

  /// Throws Failure about a key whose value was read but is not right. `why` says what would be.
  [[noreturn]] void fail(std::string_view key, std::string_view why) const;

  /// Throws Failure for the first key that nobody asked for, naming the keys that there are. It
  /// must be called on every table.
  void finish() const;

  struct Node;  // The parsed table, which settings.cc alone knows.
  explicit SettingsTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}

 private:
  std::shared_ptr<Node> node_;
};

/// Reads and parses a file. Throws Failure if it is missing, unreadable, larger than `max_bytes`,
/// or not TOML (the message then names the line).
SettingsTable read_settings(const std::filesystem::path& path, std::size_t max_bytes);

/// Parses text from memory. Errors name `origin` in place of a file.
SettingsTable parse_settings(std::string_view text, std::string_view origin);

}  // namespace flatline
