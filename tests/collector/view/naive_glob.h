#pragma once

// Matches patterns as their definition says, by trying every way.

#include <string_view>

namespace flatline::test {

inline bool naive_glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return naive_glob(pattern.substr(1), text) ||
           (!text.empty() && naive_glob(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         naive_glob(pattern.substr(1), text.substr(1));
}

}  // namespace flatline::test
