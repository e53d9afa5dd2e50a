#pragma once

// The tokens that the configuration names: the one that readers share, and the list of tokens with
// names and roles. The admin token is the data folder's (api/admin_token.h).

#include <string>
#include <vector>

#include "collector/config.h"
#include "schema/program/token_list.h"

namespace flatline {

struct ConfiguredTokens {
  std::string read_token;  ///< Empty where there is none.
  std::vector<TokenEntry> list;
  bool readers_need_one = false;  ///< Even where there is no read token.
};

/// Reads both files. `insecure_reads` is the setting that holds, which only a restart changes.
/// Throws Failure that names file, line and key.
[[nodiscard]] ConfiguredTokens read_tokens(const CollectorConfig& config, bool insecure_reads);

}  // namespace flatline
