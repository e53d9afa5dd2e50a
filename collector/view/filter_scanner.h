#pragma once

// Takes a filter's text apart, symbol by symbol, and keeps the first error with its column. Columns
// count characters from 1, as people see them. After an error nothing more is taken, so that every
// loop over symbols ends. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace flatline {

/// Why a filter was refused: what was wrong, where, and what would be right.
struct FilterError {
  std::string message;
};

/// What stands behind an operator, with its quotes taken off.
struct FilterValue {
  std::string text;
  std::size_t at = 0;  ///< Where it begins in the filter.
  bool is_quoted = false;
};

class FilterScanner {
 public:
  explicit FilterScanner(std::string_view text) : text_(text) {}

  /// Where the next symbol begins; spaces are passed over.
  std::size_t here();
  /// What stands there; NUL at the end, and after an error.
  char next();
  bool is_at_end() { return here() == text_.size(); }
  /// What stands behind that.
  [[nodiscard]] char after_next() const;

  /// Takes a symbol if it comes next.
  bool take(char symbol);
  /// Takes a word of the language if it comes next, in whatever case.
  bool take_keyword(std::string_view word);
  /// Takes what looks like a word or a label's key: `A-Za-z0-9._-`. Empty if there is none.
  std::string_view take_word();
  /// Takes a value: a quoted text, in which a doubled quote stands for itself, or all up to a space
  /// or one of `&|!()<>=,` and quotes. Fails with `expected` if there is none.
  FilterValue take_value(std::string_view expected);

  /// Keeps what is wrong at a place, or at the next symbol, unless something was before.
  void fail_at(std::size_t at, std::string_view what);
  void fail(std::string_view what) { fail_at(here(), what); }
  [[nodiscard]] const std::optional<FilterError>& error() const { return error_; }

 private:
  [[nodiscard]] std::string_view word_here();
  std::string take_quoted(char quote);

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<FilterError> error_;
};

}  // namespace flatline
