#pragma once

// What is told of a key of a configuration file. Pure.

#include <string>

namespace flatline {

/// What a manual page says of one key.
struct DescribedSetting {
  std::string head;  ///< `[[check]]`; empty for the file's own keys.
  std::string key;
  std::string type;  ///< `a duration, 100ms to 5m`
  std::string fallback;
  std::string what;
  bool takes_variables = false;
  bool required = false;
};

}  // namespace flatline
