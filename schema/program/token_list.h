#pragma once

// The list of tokens that a collector takes: a private TOML file, which `flatline token` writes. An
// entry has a token's name, what its owner may do, and the hash of the token, never the token.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/access_limits.h"
#include "schema/time.h"

namespace flatline {

/// What whoever shows a token may do. Each may read.
enum class Role : std::uint8_t {
  kReader,   ///< Nothing else.
  kDrain,    ///< Drain and undrain.
  kOperator  ///< Every action.
};
inline constexpr std::array<std::string_view, 3> kRoleNames = {"reader", "drain", "operator"};
constexpr std::string_view role_name(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// What the API's error says where a token is right and its role is not enough, behind its name.
/// Programs tell by it that another token is needed.
inline constexpr std::string_view kRoleRefusal = "'s token is of the role ";

/// The names of the two tokens that are in no list: the admin token, which the collector makes
/// itself, and the one of `read_token`.
inline constexpr std::string_view kAdminTokenName = "admin";
inline constexpr std::string_view kReadTokenName = "read_token";
/// What a name is, for error messages.
inline constexpr const char* kTokenNameForm =
    "1 to 32 of A-Za-z0-9._@-, and neither admin nor read_token, which are the names of those two";
[[nodiscard]] bool is_token_name(std::string_view name);

using TokenHash = std::array<unsigned char, kTokenHashBytes>;
/// A token is 256 random bits, so that its hash is as hard to turn back as to guess: a fast hash is
/// right, and a slow one, as passwords need, would cost the collector 100 ms for each request. It
/// needs no salt, since no two tokens are the same.
[[nodiscard]] TokenHash hash_of_token(std::string_view token);

/// How tokens that we make begin, so that people and programs that look for leaked secrets know
/// one, and the command line can tell one from a token of the older kind.
inline constexpr std::string_view kTokenPrefix = "flt_";
/// Makes a token: the prefix and random bytes as hex.
[[nodiscard]] std::string make_random_token();

struct TokenEntry {
  std::string name;
  Role role = Role::kReader;
  TokenHash hash{};
  WallTime made{};
  std::optional<WallTime> expires{};  ///< From then on it counts for nothing.
  bool operator==(const TokenEntry&) const = default;
};

/// The lines of an entry, headed `[[token]]`.
[[nodiscard]] std::string token_entry_text(const TokenEntry& entry);

/// Reads a list. Errors name `origin` in place of a file, with line and key. Throws Failure.
[[nodiscard]] std::vector<TokenEntry> parse_token_list(std::string_view text,
                                                       std::string_view origin);
/// Reads the list of a file, as secret_path() finds it. Throws Failure, also where others may read or change the file.
[[nodiscard]] std::vector<TokenEntry> read_token_list(const std::filesystem::path& path);

}  // namespace flatline
