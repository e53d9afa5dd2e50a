#include "tools/sim/text_part.h"

#include <fmt/core.h>

#include <algorithm>

#include "schema/program/error.h"

namespace flatline::sim {
namespace {

constexpr std::string_view kSpace = " \t\n";

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return text.substr(text.size());
  return text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

std::string_view take_until(std::string_view& text, std::string_view separators) {
  const std::size_t end = std::min(text.find_first_of(separators), text.size());
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(front);
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  return take_until(text, kSpace);
}

void TextPart::fail(std::string_view why) const {
  throw UsageError(fmt::format("{}: {} {} '{}': {}", flag, kind, number, text, why));
}

void TextPart::fail_at(std::size_t column, std::string_view why) const {
  throw UsageError(
      fmt::format("{}: {} {} '{}', column {}: {}", flag, kind, number, text, column, why));
}

}  // namespace flatline::sim
