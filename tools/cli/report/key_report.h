#pragma once

// With which fleet keys hosts speak, as text for people. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include "schema/answers/census_answers.h"

namespace flatline::cli {

/// Hosts that a rotation has yet to reach, by what they have in common.
struct LeftHosts {
  std::string filter;  ///< Which they match.
  std::string what;    ///< `key 1, speaking`
  std::vector<std::string> names;
};

/// Whom to ask for, without their names: those of keys that are not the newest, who are silent
/// apart, and those that were never heard.
std::vector<LeftHosts> left_by_rotation(const KeysAnswer& keys);

/// A table of keys, the advice, and who is left by name, folded.
std::string report_keys(const KeysAnswer& keys, const std::vector<LeftHosts>& left, bool colored,
                        std::size_t columns = 0);

}  // namespace flatline::cli
