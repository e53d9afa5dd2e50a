#include "tools/cli/contexts_file.h"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>

#include "schema/program/configuration_error.h"
#include "schema/program/did_you_mean.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"
#include "schema/program/settings.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/limits.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFileName = "flatline/config.toml";

/// The user's home folder; empty where nobody knows one.
fs::path home() {
  if (const char* const named = std::getenv("HOME"); named != nullptr && *named != '\0') {
    return named;
  }
  const passwd* const user = ::getpwuid(::geteuid());
  return user == nullptr ? fs::path{} : fs::path(user->pw_dir);
}

/// A file that a setting names, from the folder of the file that has the setting.
std::string file_from(const fs::path& folder, const std::string& written) {
  if (!written.starts_with("~/")) return (folder / written).string();
  return (home() / written.substr(2)).string();
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

std::vector<std::string> names_in(const ContextsFile& file, bool with_contexts) {
  std::vector<std::string> names;
  for (const CollectorEntry& entry : file.collectors) names.push_back(entry.name);
  if (!with_contexts) return names;
  for (const ContextEntry& entry : file.contexts) names.push_back(entry.name);
  return names;
}

/// That there is no such name, which there are, and which was meant.
std::string no_such(std::string_view what, std::string_view name,
                    const std::vector<std::string>& names) {
  return fmt::format("there is no {} '{}'; there are: {}{}", what, to_plain_utf8(name),
                     list_of(names), did_you_mean(name, names));
}

/// Whoever writes here chooses where tokens are sent.
void refuse_others_hand(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IWOTH) == 0) return;
  throw ConfigurationError(
      fmt::format("{}: everybody may write it, and with it say where tokens are sent: chmod o-w {}",
                  path.string(), path.string()));
}

/// Reads each table below the one called `key`: `[key.NAME]`.
void each_named(SettingsTable& top, std::string_view key, std::size_t most,
                const std::function<void(const std::string&, SettingsTable&)>& read) {
  auto tables = top.table(key);
  if (!tables) return;
  const std::vector<std::string> names = tables->names();
  if (names.size() > most) top.refuse(key, fmt::format("there are more than {}", most));
  for (const std::string& name : names) {
    if (!is_host_name(name)) {
      tables->refuse(name, fmt::format("is no name; allowed are {}", kHostNameForm));
    }
    auto table = tables->table(name);
    if (!table) continue;
    for (const std::string& below : table->names()) {
      if (!table->is_table(below)) continue;
      table->refuse(below, fmt::format("is not expected here; a name with dots stands in quotes, "
                                       "as [{}.\"{}.{}\"]",
                                       key, name, below));
    }
    read(name, *table);
    table->finish();
  }
  tables->finish();
}

void read_address(SettingsTable& table, CollectorEntry& entry) {
  entry.typed = table.required_text("address");
  if (entry.typed.empty() && !table.has("address")) return;
  const bool by_tls = !entry.ca_file.empty();
  const auto address = parse_api_address(entry.typed, by_tls);
  if (!address) return table.refuse_form("address", kApiAddressForm);
  if (by_tls && !address->is_tls()) {
    table.refuse("address", "is clear text, which has no certificate for ca_file to check");
  }
  entry.address = *address;
}

CollectorEntry read_collector(const fs::path& path, const std::string& name, SettingsTable& table) {
  const auto file_name = [&](std::string_view key) -> std::string {
    const auto written = table.text(key);
    if (!written) return {};
    if (written->empty()) table.refuse(key, "must name a file");
    return file_from(path.parent_path(), *written);
  };
  CollectorEntry entry;
  entry.name = name;
  entry.file = path.string();
  entry.ca_file = file_name("ca_file");
  entry.token_file = file_name("token_file");
  entry.admin_token_file = file_name("admin_token_file");
  read_address(table, entry);
  return entry;
}

ContextEntry read_context(const ContextsFile& file, const std::string& name, SettingsTable& table) {
  ContextEntry entry;
  entry.name = name;
  const auto members = table.texts("collectors", kCollectorsPerContext);
  if (!members || members->empty()) {
    table.refuse("collectors", fmt::format("must be 1 to {} names, as [\"mon-1\", \"mon-2\"]",
                                           kCollectorsPerContext));
    return entry;
  }
  for (const std::string& member : *members) {
    if (file.collector(member) == nullptr) {
      table.refuse("collectors", no_such("collector", member, names_in(file, false)));
    }
    if (std::ranges::find(entry.collectors, member) != entry.collectors.end()) {
      table.refuse("collectors", fmt::format("names {} twice", member));
    }
    entry.collectors.push_back(member);
  }
  if (file.collector(name) != nullptr) {
    table.refuse("collectors", fmt::format("a collector is called {}, too, and is a context of its "
                                           "own; give this context another name",
                                           name));
  }
  return entry;
}

ContextsFile read_contexts_file(const fs::path& path) {
  ContextsFile file;
  file.path = path.string();
  refuse_others_hand(path);
  SettingsTable top = read_settings(path, kContextsFileBytes);
  each_named(top, "collectors", kMaxCollectors, [&](const std::string& name, SettingsTable& table) {
    file.collectors.push_back(read_collector(path, name, table));
  });
  each_named(top, "contexts", kMaxContexts, [&](const std::string& name, SettingsTable& table) {
    file.contexts.push_back(read_context(file, name, table));
  });
  file.default_name = top.text("default").value_or("");
  const std::vector<std::string> names = names_in(file, true);
  if (top.has("default") && std::ranges::find(names, file.default_name) == names.end()) {
    top.refuse("default", no_such("context or collector", file.default_name, names));
  }
  top.finish();
  return file;
}

}  // namespace

const CollectorEntry* ContextsFile::collector(std::string_view name) const {
  const auto found = std::find_if(collectors.begin(), collectors.end(),
                                  [&](const CollectorEntry& entry) { return entry.name == name; });
  return found == collectors.end() ? nullptr : &*found;
}

std::vector<CollectorEntry> ContextsFile::of(std::string_view said_by,
                                             std::string_view name) const {
  if (const CollectorEntry* const single = collector(name)) return {*single};
  for (const ContextEntry& context : contexts) {
    if (context.name != name) continue;
    std::vector<CollectorEntry> members;
    for (const std::string& member : context.collectors) members.push_back(*collector(member));
    return members;
  }
  if (path.empty()) {
    std::string looked;
    for (const fs::path& place : contexts_paths()) {
      looked += (looked.empty() ? "" : " and no ") + place.string();
    }
    throw UsageError(
        fmt::format("{}: '{}' is in no file: there is no {} (flatline contexts --help)", said_by,
                    to_plain_utf8(name), looked));
  }
  throw UsageError(fmt::format("{}: {}: {}", said_by, path,
                               no_such("context or collector", name, names_in(*this, true))));
}

std::vector<fs::path> contexts_paths() {
  std::vector<fs::path> paths;
  const char* const named = std::getenv("XDG_CONFIG_HOME");
  // The XDG Base Directory Specification has relative paths be ignored.
  if (named != nullptr && fs::path(named).is_absolute()) {
    paths.push_back(fs::path(named) / kFileName);
  } else if (const fs::path folder = home(); !folder.empty()) {
    paths.push_back(folder / ".config" / kFileName);
  }
  paths.push_back(fs::path("/etc") / kFileName);
  return paths;
}

ContextsFile read_contexts(const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) {
    if (presence_of(path).is_missing()) continue;
    return read_contexts_file(path);
  }
  return {};
}

}  // namespace flatline::cli
