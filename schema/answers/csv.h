#pragma once

// Fields of CSV by RFC 4180, written and read.

#include <optional>
#include <string>
#include <string_view>

namespace flatline {

/// Appends a field: in quotes if it holds a comma, a quote or a line's end, or a space at an end.
void append_csv_field(std::string& text, std::string_view field);

/// Appends seconds to the millisecond, without zeros behind. They may be anything.
void append_csv_seconds(std::string& text, double seconds);

/// Reads fields one behind the other. Lines may end in CR LF or LF.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : left_(text) {}

  [[nodiscard]] bool is_over() const { return left_.empty(); }
  /// The next field, which is valid until the next call. Nothing where it is not of its form, or no
  /// line's end is behind the last one.
  [[nodiscard]] std::optional<std::string_view> next();
  /// Whether the field read last was the last of its line.
  [[nodiscard]] bool ended_line() const { return ended_line_; }

 private:
  [[nodiscard]] std::optional<std::string_view> next_quoted();
  /// Takes what parts this field from the next one. False if it is neither comma nor line's end.
  [[nodiscard]] bool take_end();

  std::string_view left_;
  bool ended_line_ = false;
  std::string unquoted_;
};

}  // namespace flatline
