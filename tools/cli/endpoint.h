#pragma once

// One collector that a command asks, and what it is shown.

#include <string>

#include "tools/cli/api_address.h"

namespace flatline::cli {

/// Which token is shown, for the words of an error. The file is empty where none is.
struct TokenSource {
  std::string file = {};
  bool is_admin = false;  ///< It can change something, so it must not be shown in clear.
  bool is_named = false;  ///< It came by --token-file for a change: an operator's of any name.
};

struct Endpoint {
  /// What the file of contexts calls it. Where it is in none, its address as it was typed.
  std::string name;
  ApiAddress address;
  std::string token = {};  ///< It is shown to this collector alone; none where it is empty.
  TokenSource token_source = {};
  /// The authorities whose certificates it may have; the system's where it is empty.
  std::string ca_file = {};
  /// Where its address stands, for who has to mend it: `--api or FLATLINE_API`.
  std::string named_by = "--api or FLATLINE_API";
};

}  // namespace flatline::cli
