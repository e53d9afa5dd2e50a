#include "schema/program/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <set>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

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

struct SettingsTable::Node {
  std::shared_ptr<const toml::table> document;  // Keeps `table` alive.
  const toml::table* table = nullptr;
  std::string origin;
  std::set<std::string, std::less<>> known;

  const toml::node* find(std::string_view key) {
    known.emplace(key);
    return table->get(key);
  }

  [[noreturn]] void fail(const toml::source_region& where, std::string_view key,
                         std::string_view why) const {
    throw Failure(fmt::format("{}:{}: {}: {}", origin, where.begin.line, key, why));
  }

  [[noreturn]] void wrong_type(const toml::node& found, std::string_view key,
                               std::string_view wanted) const {
    fail(found.source(), key, fmt::format("must be {}", wanted));
  }
};

namespace {

std::shared_ptr<SettingsTable::Node> child(const SettingsTable::Node& parent,
                                           const toml::table& table) {
  auto node = std::make_shared<SettingsTable::Node>();
  node->document = parent.document;
  node->table = &table;
  node->origin = parent.origin;
  return node;
}

}  // namespace

std::optional<std::string> SettingsTable::text(std::string_view key) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<std::string>();
  if (!value) node_->wrong_type(*found, key, "text in quotes");
  return value;
}

std::optional<std::int64_t> SettingsTable::integer(std::string_view key, std::int64_t min,
                                                   std::int64_t max) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<std::int64_t>();
  if (!value) node_->wrong_type(*found, key, "a whole number");
  if (*value < min || *value > max) {
    fail(key, fmt::format("{} is out of range; allowed are {} to {}", *value, min, max));
  }
  return value;
}

std::optional<bool> SettingsTable::boolean(std::string_view key) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  const auto value = found->value_exact<bool>();
  if (!value) node_->wrong_type(*found, key, "true or false");
  return value;
}

std::optional<Milliseconds> SettingsTable::duration(std::string_view key, Milliseconds min,
                                                    Milliseconds max) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  const auto written = found->value_exact<std::string>();
  const auto value = written ? parse_duration(*written) : std::nullopt;
  if (!value) {
    node_->wrong_type(*found, key,
                      "a duration in quotes with its unit, such as \"250ms\" or \"2h\"");
  }
  if (*value < min || *value > max) {
    fail(key, fmt::format("{} is out of range; allowed are {} to {}", *written,
                          format_duration(min), format_duration(max)));
  }
  return value;
}

std::optional<std::vector<std::string>> SettingsTable::texts(std::string_view key,
                                                             std::size_t max_count) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  std::vector<std::string> values;
  if (const auto single = found->value_exact<std::string>()) return std::vector{*single};
  const toml::array* array = found->as_array();
  if (array == nullptr) node_->wrong_type(*found, key, "a list of texts");
  if (array->size() > max_count) fail(key, fmt::format("holds more than {}", max_count));
  for (const toml::node& element : *array) {
    const auto value = element.value_exact<std::string>();
    if (!value) node_->wrong_type(element, key, "a list of texts");
    values.push_back(*value);
  }
  return values;
}

std::vector<SettingsTable> SettingsTable::tables(std::string_view key, std::size_t max_count) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return {};
  const toml::array* array = found->as_array();
  if (array == nullptr || !array->is_homogeneous<toml::table>()) {
    node_->wrong_type(*found, key, fmt::format("tables headed [[{}]]", key));
  }
  if (array->size() > max_count) fail(key, fmt::format("there are more than {}", max_count));
  std::vector<SettingsTable> tables;
  for (const toml::node& element : *array) {
    tables.emplace_back(child(*node_, *element.as_table()));
  }
  return tables;
}

std::optional<SettingsTable> SettingsTable::table(std::string_view key) {
  const toml::node* found = node_->find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_table()) node_->wrong_type(*found, key, fmt::format("a table headed [{}]", key));
  return SettingsTable(child(*node_, *found->as_table()));
}

std::string SettingsTable::required_text(std::string_view key) {
  auto value = text(key);
  if (!value) {
    throw Failure(fmt::format("{}:{}: {} is missing", node_->origin,
                              std::max(node_->table->source().begin.line, 1U), key));
  }
  return *value;
}

void SettingsTable::fail(std::string_view key, std::string_view why) const {
  const toml::node* found = node_->table->get(key);
  node_->fail(found != nullptr ? found->source() : node_->table->source(), key, why);
}

void SettingsTable::finish() const {
  for (const auto& [key, value] : *node_->table) {
    if (node_->known.contains(key.str())) continue;
    std::string known;
    for (const std::string& name : node_->known) known += (known.empty() ? "" : ", ") + name;
    node_->fail(key.source(), key.str(), fmt::format("no such key; there are: {}", known));
  }
}

namespace {

/// The number of the first line that begins as the head of a table does, but names none: of what
/// toml++ breaks at, it does not tell the line. 0 if there is no such line.
std::size_t line_of_nameless_head(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    if (!line.starts_with('[')) continue;
    line.remove_prefix(line.starts_with("[[") ? 2 : 1);
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    constexpr std::string_view kBeginsName =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"'";
    if (line.empty() || kBeginsName.find(line.front()) == std::string_view::npos) return number;
  }
  return 0;
}

[[noreturn]] void fail_as_no_toml(std::string_view text, std::string_view origin) {
  const std::size_t line = line_of_nameless_head(text);
  if (line == 0) throw Failure(fmt::format("{}: not TOML: toml++ cannot read it", origin));
  throw Failure(fmt::format("{}:{}: not TOML: a table's head is [NAME] or [[NAME]]", origin, line));
}

}  // namespace

SettingsTable parse_settings(std::string_view text, std::string_view origin) {
  try {
    auto document = std::make_shared<toml::table>(toml::parse(text, std::string_view{}));
    auto node = std::make_shared<SettingsTable::Node>();
    node->table = document.get();
    node->document = std::move(document);
    node->origin = origin;
    return SettingsTable(std::move(node));
  } catch (const toml::parse_error& error) {
    throw Failure(
        fmt::format("{}:{}: not TOML: {}", origin, error.source().begin.line, error.description()));
  } catch (const BrokenAssertion&) {
    fail_as_no_toml(text, origin);
  }
}

SettingsTable read_settings(const std::filesystem::path& path, std::size_t max_bytes) {
  std::vector<char> buffer(max_bytes + 1);  // One more shows that there is more.
  const std::string_view text = read_small_file(path.c_str(), buffer);
  if (text.data() == nullptr) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  if (text.size() > max_bytes) {
    throw Failure(fmt::format("{}: larger than {} bytes", path.string(), max_bytes));
  }
  return parse_settings(text, path.string());
}

}  // namespace flatline
