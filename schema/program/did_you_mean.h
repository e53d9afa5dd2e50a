#pragma once

// Which of the words that there are was meant by one that there is not. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace flatline {

/// `text` with its ASCII letters small.
std::string to_lower(std::string_view text);

/// The word that is most like `typed`: one that differs in case alone, else one that a slip or two
/// of the keyboard turn into it. Its digits are the same, because web-1 is as good a name as web-2.
/// Empty if none is so near, or if `typed` itself is among them.
std::string nearest(std::string_view typed, const std::vector<std::string>& words);

/// `; did you mean WORD?` for that word; empty if there is none.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& words);

}  // namespace flatline
