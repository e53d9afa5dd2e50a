#include "collector/view/glob.h"

namespace flatline {
namespace {

/// Whether a byte goes on with a character of UTF-8 that began before it.
bool continues_character(unsigned char byte) {
  return (byte & 0xC0U) == 0x80;
}

}  // namespace

Glob::Glob(std::string_view pattern, bool is_exact)
    : prefix_(is_exact ? pattern : pattern.substr(0, pattern.find_first_of("*?"))),
      is_exact_(prefix_.size() == pattern.size()) {
  if (is_exact_) return;
  const std::string_view rest = pattern.substr(prefix_.size());
  is_prefix_ = rest.find_first_not_of('*') == std::string_view::npos;
  if (is_prefix_) return;
  begins_anywhere_ = pattern.front() == '*';
  for (const char c : pattern) {
    if (c == '*') {
      if (items_ > 0) loops_ |= std::uint64_t{1} << (items_ - 1);
      continue;
    }
    if (items_ == kItems) {
      is_too_long_ = true;
      return;
    }
    const std::uint64_t item = std::uint64_t{1} << items_++;
    if (c != '?') {
      bytes_[static_cast<unsigned char>(c)] |= item;
      continue;
    }
    questions_ |= item;
    for (unsigned byte = 0; byte < bytes_.size(); ++byte) {
      if (!continues_character(static_cast<unsigned char>(byte))) bytes_[byte] |= item;
    }
  }
}

/// A `?` takes a character's first byte, and stays where it is for those that continue it.
bool Glob::matches(std::string_view text) const {
  if (!text.starts_with(prefix_)) return false;
  if (is_exact_) return text.size() == prefix_.size();
  if (is_prefix_) return true;
  if (is_too_long_ || text.size() < items_) return false;
  std::uint64_t reached = 0;
  std::uint64_t begins = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::uint64_t stays = loops_ | (continues_character(byte) ? questions_ : 0);
    reached = ((reached << 1 | begins) & bytes_[byte]) | (reached & stays);
    if (!begins_anywhere_) begins = 0;
  }
  return (reached >> (items_ - 1) & 1) != 0;
}

}  // namespace flatline
