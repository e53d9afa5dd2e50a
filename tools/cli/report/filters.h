#pragma once

// What the command line knows of filters, which the collector reads (schema/API.md, "Filters"): how
// one is told from a host's name, and how several are put together. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// Whether an argument that may be a name or a pattern is a filter: it has one of `= < > & | ! ( )
/// :`, which no host's name has.
bool looks_like_filter(std::string_view argument);

/// Whether a text is a word that filters know, as `silent`, and may be a host's name all the same.
bool is_filter_word(std::string_view text);

/// The filter of the hosts that match any of these; empty, which is all, if there is none.
std::string any_of(const std::vector<std::string>& filters);
/// The filter of the hosts that match both. Either may be empty.
std::string both_of(const std::string& one, const std::string& other);

}  // namespace flatline::cli
