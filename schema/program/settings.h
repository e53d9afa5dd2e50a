#pragma once

// A strict reader of one TOML file. Only settings.cc includes toml++. Whoever reads a file asks for
// the keys it knows, each with what is allowed, and then calls finish(), for which a key that
// nobody asked for is an error. What is wrong is collected, so that all of it is told at once: a
// key whose value is not right reads as if it were absent, and finish() of the file's own table
// throws ConfigurationError with a line for each, of the form
//     agent.toml:12: interval: 50ms is out of range; allowed are 100ms to 5m
// The calls that read a file also say what its manual page says (describe_settings).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/described_setting.h"
#include "schema/program/settings_faults.h"
#include "schema/time.h"

namespace flatline {

/// Whether `${NAME}` in a text stands for a variable of the environment (variables.h).
enum class Variables { kStay, kAreRead };

/// A key, and what its manual page says of it. What has no sentence is in no page.
struct Setting {
  Setting(const char* name) : key(name) {}         // NOLINT(google-explicit-constructor)
  Setting(std::string_view name) : key(name) {}    // NOLINT(google-explicit-constructor)
  Setting(const std::string& name) : key(name) {}  // NOLINT(google-explicit-constructor)
  Setting(std::string_view name, std::string_view sentence, Variables variables = Variables::kStay)
      : key(name), what(sentence), takes_variables(variables == Variables::kAreRead) {}

  std::string_view key;
  std::string_view what;
  bool takes_variables = false;
};

/// One table of a TOML file. Tables of one file share ownership of what was parsed.
class SettingsTable {
 public:
  /// Each reads one key. Returns nothing where the key is absent, or its value has another type or
  /// is out of range.
  [[nodiscard]] std::optional<std::string> text(const Setting& setting);
  [[nodiscard]] std::optional<std::int64_t> integer(const Setting& setting, std::int64_t min,
                                                    std::int64_t max);
  [[nodiscard]] std::optional<bool> boolean(const Setting& setting);
  [[nodiscard]] std::optional<Milliseconds> duration(const Setting& setting, Milliseconds min,
                                                     Milliseconds max);
  /// Reads a list of at most `max_count` texts; a single text counts as a list of one.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const Setting& setting,
                                                              std::size_t max_count);
  /// All `[[key]]` tables, at most `max_count`, in the order of the file.
  [[nodiscard]] std::vector<SettingsTable> tables(const Setting& setting, std::size_t max_count);
  /// The `[key]` table.
  [[nodiscard]] std::optional<SettingsTable> table(const Setting& setting);

  /// All keys of this table, in alphabetical order, for tables whose keys are names that people
  /// chose. They count as known to finish() only when they are read.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Whether the key is there and holds a table.
  [[nodiscard]] bool is_table(std::string_view key) const;

  /// Each does the same for a key that has a default, which is returned in its place.
  [[nodiscard]] std::string text(const Setting& setting, std::string_view fallback);
  [[nodiscard]] std::int64_t integer(const Setting& setting, std::int64_t min, std::int64_t max,
                                     std::int64_t fallback);
  [[nodiscard]] bool boolean(const Setting& setting, bool fallback);
  [[nodiscard]] Milliseconds duration(const Setting& setting, Milliseconds min, Milliseconds max,
                                      Milliseconds fallback);

  /// Reads as text() does. Where the key is absent, that is wrong, and an empty text is returned.
  [[nodiscard]] std::string required_text(const Setting& setting);

  /// Remembers that the value of a key was read but is not right. `why` says what would be. Of one
  /// key only the first fault is told.
  void refuse(std::string_view key, std::string_view why) const;
  /// `must be FORM; found VALUE`.
  void refuse_form(std::string_view key, std::string_view form) const;
  /// Remembers as refuse() does, and throws all that was found to be wrong.
  [[noreturn]] void fail(std::string_view key, std::string_view why) const;

  /// Whether the file has the key.
  [[nodiscard]] bool has(std::string_view key) const;
  /// Whether something in this table was found to be wrong.
  [[nodiscard]] bool is_faulty() const;
  /// Where the key stands, or where the table does that lacks it: `agent.toml:12`.
  [[nodiscard]] std::string place_of(std::string_view key) const;

  /// Remembers every key that nobody asked for as a fault, naming the keys that there are. It must
  /// be called on every table. On the file's own one, last, it throws all that was found to be
  /// wrong.
  void finish() const;

  struct Node;  // The parsed table, which settings.cc alone knows.
  explicit SettingsTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}

 private:
  std::shared_ptr<Node> node_;
};

/// Reads and parses a file. Throws Failure if it is missing, unreadable, larger than `max_bytes`,
/// and ConfigurationError if it is not TOML (the message then names the line).
SettingsTable read_settings(const std::filesystem::path& path, std::size_t max_bytes,
                            SettingsEcho echo = SettingsEcho::kValues);

/// Parses text from memory. Errors name `origin` in place of a file.
SettingsTable parse_settings(std::string_view text, std::string_view origin,
                             SettingsEcho echo = SettingsEcho::kValues);

/// What `read` asks of a table: its keys in the order in which it does, each with what is allowed.
/// `read` is handed a table that is empty, and of whose tables there is one each.
std::vector<DescribedSetting> describe_settings(const std::function<void(SettingsTable&)>& read);

}  // namespace flatline
