#pragma once

// Reads the values of a filter's terms: versions, hashes, ids, states. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/view/filter.h"
#include "collector/view/filter_scanner.h"

namespace flatline {

/// The states that a check can be asked for. NONE is no state of a check but an unused place.
inline constexpr std::array<std::string_view, 5> kFilterCheckStates = {"OK", "WARNING", "CRITICAL",
                                                                       "UNKNOWN", "PENDING"};
std::vector<std::string> check_state_words();
std::optional<CheckState> find_check_state(std::string_view word);

/// Whether `*` or `?` is in a text.
bool is_glob(std::string_view text);
/// Where the filter has a character that no host's name and no label's value has; none if all may
/// stand there.
std::optional<std::size_t> find_not_of_names(const FilterValue& value);
/// A value in a filter's normal form, which tells quoted ones from others.
std::string normal_form(const FilterValue& value);

/// The versions that begin with the numbers that are given: `0.3` is 0.3.0 to 0.3.255.
std::optional<AgentTerm> read_version(std::string_view text);
/// The versions below a bound, and from a bound on; bounds may lie one beyond the last version.
AgentTerm below(std::uint64_t bound);
AgentTerm from(std::uint64_t bound);

std::optional<std::uint64_t> read_hash(std::string_view text);
std::optional<std::uint8_t> read_key_id(std::string_view text);

}  // namespace flatline
