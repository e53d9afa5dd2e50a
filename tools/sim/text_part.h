#pragma once

// One part of a flag whose text is parts between semicolons, as a scenario's phases are. Errors
// name the part by its number and its text, and the column where a word of it stands. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace flatline::sim {

/// `text` without white space at its ends. Of a text that is nothing else, it is the empty end.
std::string_view trimmed(std::string_view text);

/// Cuts `text` at the first of `separators`, and returns what stands before it, trimmed.
std::string_view take_until(std::string_view& text, std::string_view separators);

/// Cuts the next word off `text`, which may be followed by white space. Empty if there is none.
std::string_view take_word(std::string_view& text);

struct TextPart {
  std::string_view flag;  ///< `--scenario`
  std::string_view kind;  ///< What it is called: `phase`.
  std::size_t number = 0;
  std::string_view text;

  /// The column of a word that is a piece of `text`, from 1.
  [[nodiscard]] std::size_t column_of(std::string_view word) const {
    return static_cast<std::size_t>(word.data() - text.data()) + 1;
  }
  /// Both throw UsageError.
  [[noreturn]] void fail(std::string_view why) const;
  [[noreturn]] void fail_at(std::size_t column, std::string_view why) const;
};

}  // namespace flatline::sim
