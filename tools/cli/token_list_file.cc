#include "tools/cli/token_list_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "schema/program/descriptor.h"
#include "schema/program/did_you_mean.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"
#include "schema/program/small_file.h"
#include "schema/program/whole_file.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead =
    "# The tokens that a flatline collector takes: its setting `tokens`. It holds their hashes, "
    "and no\n"
    "# token. Whoever can write it can do everything there. flatline token adds and removes "
    "entries;\n"
    "# SIGHUP has the collector read them.\n\n";
constexpr std::string_view kEntryHead = "[[token]]";

[[noreturn]] void fail(const fs::path& path, std::string_view verb) {
  throw Failure(fmt::format("{}: cannot {}: {}", path.string(), verb, system_error_text(errno)));
}

/// Waits until nobody else changes the file. Whoever changed it has put another file in its place,
/// so the lock counts only if the file is still the one of that name.
Descriptor lock(const fs::path& path) {
  while (true) {
    Descriptor file = open_file(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (!file.is_open()) fail(path, "read");
    while (::flock(file.get(), LOCK_EX) != 0) {
      if (errno != EINTR) fail(path, "lock");
    }
    struct stat locked {};
    struct stat named {};
    if (::fstat(file.get(), &locked) != 0) fail(path, "read");
    if (::stat(path.c_str(), &named) != 0) fail(path, "read");
    if (locked.st_dev == named.st_dev && locked.st_ino == named.st_ino) return file;
  }
}

std::string text_of(const fs::path& path) {
  std::vector<char> buffer(kTokenListBytes + 1);  // One more shows that there is more.
  const std::string_view text = read_small_file(path.c_str(), buffer);
  if (text.data() == nullptr) fail(path, "read");
  if (text.size() > kTokenListBytes) {
    throw Failure(fmt::format("{}: larger than {} bytes", path.string(), kTokenListBytes));
  }
  return std::string(text);
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(begin);
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

/// Where the lines of each entry begin. The comment that stands right above an entry belongs to it,
/// but the head of the file does not.
std::vector<std::size_t> entries_begin(std::string_view text) {
  std::vector<std::size_t> begins;
  std::size_t above = std::string_view::npos;  // Where the comment above the next line begins.
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line = trimmed(text.substr(at, end - at - 1));
    const bool is_comment = line.starts_with('#');
    if (is_comment && above == std::string_view::npos) above = at;
    if (line.starts_with(kEntryHead)) {
      begins.push_back(above == std::string_view::npos || above == 0 ? at : above);
    }
    if (!is_comment) above = std::string_view::npos;
    at = end;
  }
  return begins;
}

/// The text without the lines of the entry of that place.
std::string without(const std::string& text, std::size_t place, const fs::path& path,
                    std::size_t count) {
  const std::vector<std::size_t> begins = entries_begin(text);
  if (begins.size() != count) {
    throw Failure(
        fmt::format("{}: write each entry under a line {} of its own, so that one can be "
                    "taken out",
                    path.string(), kEntryHead));
  }
  const std::size_t end = place + 1 < begins.size() ? begins[place + 1] : text.size();
  return text.substr(0, begins[place]) + text.substr(end);
}

/// Writes the text if it says what is wanted. It always does, unless somebody wrote the file in a
/// way that we do not foresee.
void write_checked(const fs::path& path, const std::string& text,
                   const std::vector<TokenEntry>& wanted) {
  if (parse_token_list(text, path.string()) != wanted) {
    throw Failure(
        fmt::format("{}: cannot change it as it is written; change it by hand", path.string()));
  }
  replace_whole_file_alike(path, text);
}

auto find(std::vector<TokenEntry>& entries, const std::string& name) {
  return std::ranges::find(entries, name, &TokenEntry::name);
}

}  // namespace

std::vector<TokenEntry> tokens_in(const fs::path& path) {
  return parse_token_list(text_of(path), path.string());
}

void put_token(const fs::path& path, const TokenEntry& entry, bool replace) {
  if (known_presence_of(path).is_missing()) {
    return create_whole_file(path, std::string(kHead) + token_entry_text(entry));
  }
  const Descriptor locked = lock(path);
  std::string text = text_of(path);
  std::vector<TokenEntry> entries = parse_token_list(text, path.string());
  if (const auto there = find(entries, entry.name); there != entries.end()) {
    if (!replace) {
      throw Failure(fmt::format("{}: {} has a token already; --replace voids it and makes another",
                                path.string(), entry.name));
    }
    text = without(text, static_cast<std::size_t>(there - entries.begin()), path, entries.size());
    entries.erase(there);
  }
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.empty() && !text.ends_with("\n\n")) text += '\n';
  entries.push_back(entry);
  write_checked(path, text + token_entry_text(entry), entries);
}

void remove_token(const fs::path& path, const std::string& name) {
  const Descriptor locked = lock(path);
  const std::string text = text_of(path);
  std::vector<TokenEntry> entries = parse_token_list(text, path.string());
  const auto there = find(entries, name);
  if (there == entries.end()) {
    std::vector<std::string> names;
    for (const TokenEntry& entry : entries) names.push_back(entry.name);
    throw Failure(fmt::format("{}: nobody there is called {}{}", path.string(), name,
                              did_you_mean(name, names)));
  }
  const std::string rest =
      without(text, static_cast<std::size_t>(there - entries.begin()), path, entries.size());
  entries.erase(there);
  write_checked(path, rest, entries);
}

}  // namespace flatline::cli
