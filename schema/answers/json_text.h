#pragma once

// JSON's text as it must be before and after Cap'n Proto's JSON codec. The codec of 0.9 reads the
// escape \u00fc as another character, takes halves of surrogate pairs, control characters and NUL
// for granted, and writes malformed UTF-8 as it is. All JSON of ours passes here on its way.

#include <string>
#include <string_view>

namespace flatline {

/// JSON for the codec, or what is wrong with it.
struct ReadableJson {
  std::string text;
  std::string error;  ///< Empty if nothing is wrong.
};

/// Puts characters in the place of \u escapes, as RFC 8259 reads them: surrogates in pairs. What is
/// not JSON for its characters or escapes alone is refused; the rest is the codec's to judge.
[[nodiscard]] ReadableJson to_readable_json(std::string_view json);

/// Puts U+FFFD in the place of each byte that belongs to no well-formed UTF-8 character.
[[nodiscard]] std::string to_well_formed_utf8(std::string_view text);

}  // namespace flatline
