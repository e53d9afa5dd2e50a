#include "collector/view/filter_scanner.h"

#include <fmt/core.h>

#include <algorithm>

#include "schema/program/did_you_mean.h"

namespace flatline {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kEndsValue = " \t\r\n&|!()<>=,\"'";
constexpr std::string_view kWordCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/// The bytes of UTF-8 that continue a character are not counted.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace

std::size_t FilterScanner::here() {
  at_ = std::min(text_.find_first_not_of(kSpaces, at_), text_.size());
  return at_;
}

char FilterScanner::next() {
  if (error_ || here() == text_.size()) return '\0';
  return text_[at_];
}

char FilterScanner::after_next() const {
  return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
}

bool FilterScanner::take(char symbol) {
  if (error_ || here() == text_.size() || text_[at_] != symbol) return false;
  ++at_;
  return true;
}

std::string_view FilterScanner::word_here() {
  if (error_) return {};
  const std::string_view rest = text_.substr(here());
  return rest.substr(0, rest.find_first_not_of(kWordCharacters));
}

bool FilterScanner::take_keyword(std::string_view word) {
  const std::string_view found = word_here();
  if (found.size() != word.size() || to_lower(found) != word) return false;
  at_ += found.size();
  return true;
}

std::string_view FilterScanner::take_word() {
  const std::string_view found = word_here();
  at_ += found.size();
  return found;
}

std::string FilterScanner::take_quoted(char quote) {
  std::string value;
  const std::size_t begin = at_;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] != quote) {
      value += text_[at_];
    } else if (after_next() == quote) {
      value += text_[at_++];
    } else {
      ++at_;
      return value;
    }
  }
  fail_at(begin, "this quote does not end");
  return value;
}

FilterValue FilterScanner::take_value(std::string_view expected) {
  FilterValue value;
  const char first = next();
  value.at = at_;
  value.is_quoted = first == '"' || first == '\'';
  if (value.is_quoted) {
    value.text = take_quoted(first);
  } else if (!error_) {
    const std::string_view rest = text_.substr(at_);
    value.text = rest.substr(0, rest.find_first_of(kEndsValue));
    at_ += value.text.size();
  }
  if (value.text.empty()) fail_at(value.at, fmt::format("expected {}", expected));
  return value;
}

void FilterScanner::fail_at(std::size_t at, std::string_view what) {
  if (error_) return;
  const std::size_t column = count_characters(text_.substr(0, at)) + 1;
  error_ = FilterError{fmt::format("filter, character {}: {}", column, what)};
}

}  // namespace flatline
