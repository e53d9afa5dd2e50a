#include "schema/program/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <set>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/settings_faults.h"
#include "schema/program/small_file.h"
#include "schema/program/variables.h"
#include "schema/wire/text.h"

// Some files make toml++ break its own assertions: a line that is `[` is enough. What a file can
// reach must end no program, so an assertion of toml++ throws. Where assertions are off, it would
// take them for granted instead.
namespace flatline {
namespace {

struct BrokenAssertion {};

[[noreturn]] void throw_broken_assertion() {
  throw BrokenAssertion{};
}

}  // namespace
}  // namespace flatline

#undef NDEBUG
#define TOML_ASSERT(holds) ((holds) ? static_cast<void>(0) : ::flatline::throw_broken_assertion())
#include <toml++/toml.h>

namespace flatline {

namespace {

/// So many bytes of a value are shown.
constexpr std::size_t kShownBytes = 40;

/// What all tables of one file share.
struct SettingsFile {
  toml::table document;
  SettingsFaults faults;
  std::vector<DescribedSetting>* described = nullptr;  ///< Borrowed: see describe_settings().
};

std::string number_text(std::size_t most) {
  return most == 1 ? "1" : fmt::format("1 to {}", most);
}

/// What stands there, as it is shown in an error.
std::string shown(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) {
    const std::string plain = to_plain_utf8(*text);
    const std::string_view beginning = utf8_prefix(plain, kShownBytes);
    return fmt::format("\"{}{}\"", beginning, beginning.size() < plain.size() ? "…" : "");
  }
  if (const auto number = node.value_exact<std::int64_t>()) return fmt::format("{}", *number);
  if (const auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  if (const auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  if (node.is_table()) return "a table";
  if (node.is_array_of_tables()) return "tables";
  if (node.is_array()) return "a list";
  return "a date or a time";
}

}  // namespace

struct SettingsTable::Node {
  std::shared_ptr<SettingsFile> file;  // Keeps `table` alive.
  const toml::table* table = nullptr;
  std::string head;  ///< `[[check]]`; empty for the file's own table.
  std::set<std::string, std::less<>> known;
  std::set<std::string, std::less<>> faulty;

  /// Looks for a key that is asked for, and describes it where that is wanted.
  const toml::node* find(const Setting& setting, std::string_view type, std::string_view fallback,
                         bool required = false) {
    known.emplace(setting.key);
    if (file->described != nullptr && !setting.what.empty()) {
      file->described->push_back({head, std::string(setting.key), std::string(type),
                                  std::string(fallback), std::string(setting.what),
                                  setting.takes_variables, required});
    }
    return table->get(setting.key);
  }

  [[nodiscard]] std::size_t line_of(std::string_view key) const {
    const toml::node* found = table->get(key);
    return std::max((found != nullptr ? found->source() : table->source()).begin.line, 1U);
  }

  void refuse(std::size_t line, std::string_view key, std::string_view text) {
    if (!faulty.emplace(key).second) return;
    file->faults.add(line, text);
  }

  void refuse_form(const toml::node& found, std::string_view key, std::string_view form) {
    std::string text = fmt::format("{}: must be {}", key, form);
    if (file->faults.may_show_values()) text += "; found " + shown(found);
    refuse(std::max(found.source().begin.line, 1U), key, text);
  }

  /// Puts variables into a text. Returns nothing where one is not set.
  std::optional<std::string> put(const Setting& setting, const toml::node& found,
                                 std::string text) {
    if (!setting.takes_variables) return text;
    WithVariables with = put_variables(text, find_variable);
    if (with.missing.empty()) return std::move(with.text);
    refuse(std::max(found.source().begin.line, 1U), setting.key,
           fmt::format("{}: ${{{}}} is not set; give it in the environment, or write its value",
                       setting.key, with.missing));
    return std::nullopt;
  }

  [[nodiscard]] std::shared_ptr<Node> child(const toml::table& of, std::string called) const {
    auto node = std::make_shared<Node>();
    node->file = file;
    node->table = &of;
    node->head = std::move(called);
    return node;
  }

  std::optional<std::string> text(const Setting& setting, std::string_view fallback,
                                  bool required = false) {
    const toml::node* found = find(setting, "text", fallback, required);
    if (found == nullptr) return std::nullopt;
    auto value = found->value_exact<std::string>();
    if (value) return put(setting, *found, *std::move(value));
    refuse_form(*found, setting.key, "text in quotes");
    return std::nullopt;
  }

  std::optional<std::int64_t> integer(const Setting& setting, std::int64_t min, std::int64_t max,
                                      std::string_view fallback) {
    const toml::node* found =
        find(setting, fmt::format("a whole number, {} to {}", min, max), fallback);
    if (found == nullptr) return std::nullopt;
    const auto value = found->value_exact<std::int64_t>();
    if (!value) {
      refuse_form(*found, setting.key, "a whole number");
      return std::nullopt;
    }
    if (*value >= min && *value <= max) return value;
    refuse(
        line_of(setting.key), setting.key,
        fmt::format("{}: {} is out of range; allowed are {} to {}", setting.key, *value, min, max));
    return std::nullopt;
  }

  std::optional<bool> boolean(const Setting& setting, std::string_view fallback) {
    const toml::node* found = find(setting, "true or false", fallback);
    if (found == nullptr) return std::nullopt;
    const auto value = found->value_exact<bool>();
    if (!value) refuse_form(*found, setting.key, "true or false");
    return value;
  }

  std::optional<Milliseconds> duration(const Setting& setting, Milliseconds min, Milliseconds max,
                                       std::string_view fallback) {
    const std::string range = format_duration(min) + " to " + format_duration(max);
    const toml::node* found = find(setting, "a duration, " + range, fallback);
    if (found == nullptr) return std::nullopt;
    const auto written = found->value_exact<std::string>();
    const auto value = written ? parse_duration(*written) : std::nullopt;
    if (!value) {
      refuse_form(*found, setting.key,
                  "a duration in quotes with its unit, such as \"250ms\" or \"2h\"");
      return std::nullopt;
    }
    if (*value >= min && *value <= max) return value;
    refuse(line_of(setting.key), setting.key,
           fmt::format("{}: {} is out of range; allowed are {}", setting.key, *written, range));
    return std::nullopt;
  }
};

std::optional<std::string> SettingsTable::text(const Setting& setting) {
  return node_->text(setting, "");
}

std::string SettingsTable::text(const Setting& setting, std::string_view fallback) {
  return node_->text(setting, fallback).value_or(std::string(fallback));
}

std::optional<std::int64_t> SettingsTable::integer(const Setting& setting, std::int64_t min,
                                                   std::int64_t max) {
  return node_->integer(setting, min, max, "");
}

std::int64_t SettingsTable::integer(const Setting& setting, std::int64_t min, std::int64_t max,
                                    std::int64_t fallback) {
  return node_->integer(setting, min, max, fmt::format("{}", fallback)).value_or(fallback);
}

std::optional<bool> SettingsTable::boolean(const Setting& setting) {
  return node_->boolean(setting, "");
}

bool SettingsTable::boolean(const Setting& setting, bool fallback) {
  return node_->boolean(setting, fallback ? "true" : "false").value_or(fallback);
}

std::optional<Milliseconds> SettingsTable::duration(const Setting& setting, Milliseconds min,
                                                    Milliseconds max) {
  return node_->duration(setting, min, max, "");
}

Milliseconds SettingsTable::duration(const Setting& setting, Milliseconds min, Milliseconds max,
                                     Milliseconds fallback) {
  return node_->duration(setting, min, max, format_duration(fallback)).value_or(fallback);
}

std::optional<std::vector<std::string>> SettingsTable::texts(const Setting& setting,
                                                             std::size_t max_count) {
  constexpr std::string_view kForm = "a list of texts";
  const toml::node* found =
      node_->find(setting, fmt::format("a list of {} texts", number_text(max_count)), "");
  if (found == nullptr) return std::nullopt;
  std::vector<std::string> values;
  const auto take = [&](const toml::node& element) {
    const auto value = element.value_exact<std::string>();
    if (!value) node_->refuse_form(element, setting.key, kForm);
    auto put = value ? node_->put(setting, element, *value) : std::nullopt;
    if (put) values.push_back(*std::move(put));
    return put.has_value();
  };
  if (found->is_string()) return take(*found) ? std::optional(values) : std::nullopt;
  const toml::array* array = found->as_array();
  if (array == nullptr) {
    node_->refuse_form(*found, setting.key, kForm);
    return std::nullopt;
  }
  if (array->size() > max_count) {
    refuse(setting.key, fmt::format("holds more than {}; found {}", max_count, array->size()));
    return std::nullopt;
  }
  for (const toml::node& element : *array) {
    if (!take(element)) return std::nullopt;
  }
  return values;
}

std::vector<SettingsTable> SettingsTable::tables(const Setting& setting, std::size_t max_count) {
  const std::string head = fmt::format("[[{}]]", setting.key);
  const toml::node* found =
      node_->find(setting, fmt::format("{} tables", number_text(max_count)), "");
  std::vector<SettingsTable> tables;
  if (node_->file->described != nullptr) tables.emplace_back(node_->child(*node_->table, head));
  if (found == nullptr) return tables;
  const toml::array* array = found->as_array();
  if (array == nullptr || !array->is_homogeneous<toml::table>()) {
    node_->refuse_form(*found, setting.key, "tables headed " + head);
    return tables;
  }
  if (array->size() > max_count) {
    refuse(setting.key, fmt::format("there are more than {}; found {}", max_count, array->size()));
    return tables;
  }
  for (const toml::node& element : *array) {
    tables.emplace_back(node_->child(*element.as_table(), head));
  }
  return tables;
}

std::optional<SettingsTable> SettingsTable::table(const Setting& setting) {
  const std::string head = fmt::format("[{}]", setting.key);
  const toml::node* found = node_->find(setting, "a table", "");
  if (node_->file->described != nullptr) return SettingsTable(node_->child(*node_->table, head));
  if (found == nullptr) return std::nullopt;
  if (found->is_table()) return SettingsTable(node_->child(*found->as_table(), head));
  node_->refuse_form(*found, setting.key, "a table headed " + head);
  return std::nullopt;
}

std::vector<std::string> SettingsTable::names() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : *node_->table) names.emplace_back(key.str());
  return names;
}

bool SettingsTable::is_table(std::string_view key) const {
  const toml::node* found = node_->table->get(key);
  return found != nullptr && found->is_table();
}

std::string SettingsTable::required_text(const Setting& setting) {
  auto value = node_->text(setting, "", true);
  if (value) return *std::move(value);
  node_->refuse(node_->line_of(setting.key), setting.key,
                fmt::format("{} is missing", setting.key));
  return {};
}

void SettingsTable::refuse(std::string_view key, std::string_view why) const {
  node_->refuse(node_->line_of(key), key, fmt::format("{}: {}", key, why));
}

void SettingsTable::refuse_form(std::string_view key, std::string_view form) const {
  const toml::node* found = node_->table->get(key);
  if (found == nullptr) return refuse(key, fmt::format("is missing; it must be {}", form));
  node_->refuse_form(*found, key, form);
}

void SettingsTable::fail(std::string_view key, std::string_view why) const {
  refuse(key, why);
  node_->file->faults.tell();
}

bool SettingsTable::has(std::string_view key) const {
  return node_->table->contains(key);
}

bool SettingsTable::is_faulty() const {
  return !node_->faulty.empty();
}

std::string SettingsTable::place_of(std::string_view key) const {
  return fmt::format("{}:{}", node_->file->faults.origin(), node_->line_of(key));
}

void SettingsTable::finish() const {
  for (const auto& [key, value] : *node_->table) {
    if (node_->known.contains(key.str())) continue;
    std::string known;
    for (const std::string& name : node_->known) known += (known.empty() ? "" : ", ") + name;
    node_->refuse(std::max(key.source().begin.line, 1U), key.str(),
                  fmt::format("{}: no such key; there are: {}", key.str(), known));
  }
  if (node_->head.empty() && !node_->file->faults.empty()) node_->file->faults.tell();
}

SettingsTable parse_settings(std::string_view text, std::string_view origin, SettingsEcho echo) {
  auto file = std::make_shared<SettingsFile>();
  file->faults = SettingsFaults(origin, echo);
  try {
    file->document = toml::parse(text, std::string_view{});
    auto node = std::make_shared<SettingsTable::Node>();
    node->table = &file->document;
    node->file = std::move(file);
    return SettingsTable(std::move(node));
  } catch (const toml::parse_error& error) {
    file->faults.add(error.source().begin.line, fmt::format("not TOML: {}", error.description()));
  } catch (const BrokenAssertion&) {
    file->faults.add(line_of_nameless_head(text), "not TOML: a table's head is [NAME] or [[NAME]]");
  }
  file->faults.tell();
}

SettingsTable read_settings(const std::filesystem::path& path, std::size_t max_bytes,
                            SettingsEcho echo) {
  std::vector<char> buffer(max_bytes + 1);  // One more shows that there is more.
  const std::string_view text = read_small_file(path.c_str(), buffer);
  if (text.data() == nullptr) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  if (text.size() > max_bytes) {
    throw Failure(fmt::format("{}: larger than {} bytes", path.string(), max_bytes));
  }
  return parse_settings(text, path.string(), echo);
}

std::vector<DescribedSetting> describe_settings(const std::function<void(SettingsTable&)>& read) {
  std::vector<DescribedSetting> described;
  auto file = std::make_shared<SettingsFile>();
  file->described = &described;
  auto node = std::make_shared<SettingsTable::Node>();
  node->table = &file->document;
  node->file = std::move(file);
  SettingsTable table(std::move(node));
  read(table);
  return described;
}

}  // namespace flatline
