#include "schema/program/token_list.h"

#include <fmt/core.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "schema/program/error.h"
#include "schema/program/secret_file.h"
#include "schema/program/settings.h"
#include "schema/program/small_file.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  std::string text(size * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

void read_hash(SettingsTable& table, TokenHash& hash) {
  const std::string text = table.required_text("hash");
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(hash.data(), hash.size(), text.data(), text.size(), nullptr, &size, &end) ==
          0 &&
      size == hash.size() && end == text.data() + text.size()) {
    return;
  }
  table.fail("hash", fmt::format("must be {} hexadecimal digits, as flatline token writes them{}",
                                 2 * hash.size(),
                                 text.starts_with(kTokenPrefix)
                                     ? "; this is a token, which belongs to its owner alone"
                                     : ""));
}

std::optional<WallTime> read_moment(SettingsTable& table, std::string_view key) {
  const auto text = table.text(key);
  if (!text) return std::nullopt;
  const auto moment = parse_rfc3339(*text);
  if (!moment) {
    table.fail(key, fmt::format("'{}' is not allowed; give a moment as \"2027-01-31T12:00:00Z\"",
                                to_plain_utf8(*text)));
  }
  return moment;
}

TokenEntry read_entry(SettingsTable& table) {
  TokenEntry entry;
  entry.name = table.required_text("name");
  if (!is_token_name(entry.name)) {
    table.fail("name", fmt::format("'{}' is not allowed; give {}", to_plain_utf8(entry.name),
                                   kTokenNameForm));
  }
  const std::string role = table.required_text("role");
  const auto found = parse_role(role);
  if (!found) {
    table.fail("role", fmt::format("'{}' is not allowed; give one of {}", to_plain_utf8(role),
                                   join(kRoleNames, ", ")));
  }
  entry.role = *found;
  read_hash(table, entry.hash);
  const auto made = read_moment(table, "made");
  if (!made) table.fail("made", "is missing");
  entry.made = *made;
  entry.expires = read_moment(table, "expires");
  table.finish();
  return entry;
}

}  // namespace

std::optional<Role> parse_role(std::string_view text) {
  const auto found = std::ranges::find(kRoleNames, text);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<Role>(found - kRoleNames.begin());
}

bool is_token_name(std::string_view name) {
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
  static_assert(kTokenNameBytes == 32, "kTokenNameForm says so");
  return !name.empty() && name.size() <= kTokenNameBytes &&
         name.find_first_not_of(kCharacters) == std::string_view::npos && name != kAdminTokenName &&
         name != kReadTokenName;
}

TokenHash hash_of_token(std::string_view token) {
  TokenHash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return hash;
}

std::string make_random_token() {
  std::array<unsigned char, kTokenRandomBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return std::string(kTokenPrefix) + to_hex(bytes.data(), bytes.size());
}

std::string token_entry_text(const TokenEntry& entry) {
  std::string text =
      fmt::format("[[token]]\nname = \"{}\"\nrole = \"{}\"\nhash = \"{}\"\nmade = \"{}\"\n",
                  entry.name, role_name(entry.role), to_hex(entry.hash.data(), entry.hash.size()),
                  format_rfc3339(entry.made));
  if (entry.expires) text += fmt::format("expires = \"{}\"\n", format_rfc3339(*entry.expires));
  return text;
}

std::vector<TokenEntry> parse_token_list(std::string_view text, std::string_view origin) {
  SettingsTable file = parse_settings(text, origin, SettingsEcho::kNothing);
  std::vector<TokenEntry> entries;
  std::set<std::string> names;
  std::set<TokenHash> hashes;
  for (SettingsTable& table : file.tables("token", kTokens)) {
    const TokenEntry& entry = entries.emplace_back(read_entry(table));
    if (!names.insert(entry.name).second) {
      table.fail("name", fmt::format("'{}' is another entry's already", entry.name));
    }
    if (!hashes.insert(entry.hash).second) {
      table.fail("hash", "is another entry's already, so it would not tell who shows the token");
    }
  }
  file.finish();
  return entries;
}

std::vector<TokenEntry> read_token_list(const std::filesystem::path& configured) {
  const std::filesystem::path path = secret_path(configured);
  struct stat status {};
  std::vector<char> buffer(kTokenListBytes + 1);  // One more shows that there is more.
  const std::string_view text = read_small_file(path.c_str(), buffer);
  if (text.data() == nullptr || ::stat(path.c_str(), &status) != 0) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  require_private(path, status.st_mode, status.st_gid);
  if (text.size() > kTokenListBytes) {
    throw Failure(fmt::format("{}: larger than {} bytes", path.string(), kTokenListBytes));
  }
  return parse_token_list(text, path.string());
}

}  // namespace flatline
