#include "schema/answers/csv.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace flatline {

void append_csv_field(std::string& text, std::string_view field) {
  const bool is_plain = field.find_first_of(",\"\r\n") == std::string_view::npos &&
                        !field.starts_with(' ') && !field.ends_with(' ');
  if (is_plain) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

void append_csv_seconds(std::string& text, double seconds) {
  constexpr double kExact = 1e12;  // Up to here, milliseconds are whole numbers of a double.
  if (!(seconds >= 0 && seconds < kExact)) {
    text += fmt::format("{:.3f}", seconds);
    return;
  }
  const auto milliseconds = static_cast<std::uint64_t>(std::llround(seconds * 1000));
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, milliseconds / 1000).ptr);
  const auto rest = static_cast<unsigned>(milliseconds % 1000);
  if (rest == 0) return;
  const char fraction[] = {'.', static_cast<char>('0' + rest / 100),
                           static_cast<char>('0' + rest / 10 % 10),
                           static_cast<char>('0' + rest % 10)};
  text.append(fraction, rest % 100 == 0 ? 2 : rest % 10 == 0 ? 3 : 4);
}

std::optional<std::string_view> CsvReader::next() {
  if (left_.starts_with('"')) return next_quoted();
  std::size_t size = 0;
  while (size < left_.size() && left_[size] != ',' && left_[size] != '\n') ++size;
  if (size == left_.size()) return std::nullopt;
  const std::size_t return_bytes = size > 0 && left_[size] == '\n' && left_[size - 1] == '\r';
  const std::string_view field = left_.substr(0, size - return_bytes);
  left_.remove_prefix(size - return_bytes);
  if (!take_end()) return std::nullopt;
  return field;
}

std::optional<std::string_view> CsvReader::next_quoted() {
  unquoted_.clear();
  left_.remove_prefix(1);
  while (true) {
    const std::size_t quote = left_.find('"');
    if (quote == std::string_view::npos) return std::nullopt;
    unquoted_ += left_.substr(0, quote);
    left_.remove_prefix(quote + 1);
    if (!left_.starts_with('"')) break;
    unquoted_ += '"';
    left_.remove_prefix(1);
  }
  if (!take_end()) return std::nullopt;
  return unquoted_;
}

bool CsvReader::take_end() {
  ended_line_ = !left_.starts_with(',');
  if (ended_line_ && left_.starts_with('\r')) left_.remove_prefix(1);
  if (!left_.starts_with(ended_line_ ? '\n' : ',')) return false;
  left_.remove_prefix(1);
  return true;
}

}  // namespace flatline
