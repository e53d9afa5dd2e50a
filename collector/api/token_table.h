#pragma once

// All tokens that a collector takes at the moment, as hashes. It never changes, so any thread may
// ask; a reload makes another one.

#include <string>
#include <string_view>
#include <vector>

#include "collector/api/caller.h"

namespace flatline {

class TokenTable {
 public:
  /// The admin token and the read token may be empty, which nobody can show.
  TokenTable(const std::string& admin, const std::string& read_token,
             const std::vector<TokenEntry>& list);

  /// Says whose the token is. It is compared with every entry, whatever was found before, and each
  /// comparison takes the same time: what it takes tells neither which entry it is nor how much of
  /// a hash is right. Where others can read the token on its way, all but the read token are as if
  /// they were not there: whoever shows one of them there has given it away.
  [[nodiscard]] Caller find(std::string_view token, bool is_private, WallTime now) const;

 private:
  std::vector<TokenEntry> entries_;
};

/// The token of an Authorization header, `Bearer TOKEN`; empty if it is of another form.
[[nodiscard]] std::string_view shown_token(std::string_view authorization);

}  // namespace flatline
