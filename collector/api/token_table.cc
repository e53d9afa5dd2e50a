#include "collector/api/token_table.h"

#include <sodium.h>
#include <strings.h>

#include <algorithm>

namespace flatline {
namespace {

/// The first half alone differs, since the second one of an IPv6 address does not count.
ClientAddress room_of(const TokenEntry& entry) {
  ClientAddress room{};
  const TokenHash hash = hash_of_token(entry.name);
  std::copy_n(hash.begin(), room.size() / 2, room.begin());
  return room;
}

}  // namespace

TokenTable::TokenTable(const std::string& admin, const std::string& read_token,
                       const std::vector<TokenEntry>& list) {
  const auto add = [&](std::string_view name, Role role, const std::string& token) {
    if (token.empty()) return;
    TokenEntry& entry = entries_.emplace_back();
    entry.name = name;
    entry.role = role;
    entry.hash = hash_of_token(token);
  };
  // Where one token stands for both, its owner may do what either allows, so this one goes last.
  entries_ = list;
  add(kReadTokenName, Role::kReader, read_token);
  add(kAdminTokenName, Role::kOperator, admin);
}

Caller TokenTable::find(std::string_view token, bool is_private, WallTime now) const {
  const TokenHash shown = hash_of_token(token);
  std::size_t found = 0;  // Counted from 1; the last one that is right wins.
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool is_open_to = is_private || entries_[i].name == kReadTokenName;
    const bool is_right =
        sodium_memcmp(shown.data(), entries_[i].hash.data(), shown.size()) == 0 && is_open_to;
    found += static_cast<std::size_t>(is_right) * (i + 1 - found);
  }
  Caller caller;
  caller.proof = is_private ? Proof::kWrong : Proof::kUnread;
  if (found == 0) return caller;
  const TokenEntry& entry = entries_[found - 1];
  caller.proof = entry.expires && *entry.expires <= now ? Proof::kExpired : Proof::kHolds;
  caller.name = entry.name;
  caller.role = entry.role;
  caller.expires = entry.expires;
  caller.room = room_of(entry);
  return caller;
}

/// The case of the scheme does not matter (RFC 9110, section 11.1).
std::string_view shown_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() ||
      ::strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) != 0) {
    return {};
  }
  return authorization.substr(kScheme.size());
}

}  // namespace flatline
