#include "collector/view/glob.h"

#include <algorithm>
#include <bit>

namespace flatline {
namespace {

/// Whether a byte goes on with a character of UTF-8 that began before it.
bool continues_character(unsigned char byte) {
  return (byte & 0xC0U) == 0x80;
}

}  // namespace

void GlobSet::add(const Glob& glob, std::uint32_t bit) {
  const auto is_wild = [&](char c, char wild) { return !glob.is_exact && c == wild; };
  const auto stars = std::ranges::count_if(glob.pattern, [&](char c) { return is_wild(c, '*'); });
  const std::size_t items = glob.pattern.size() - static_cast<std::size_t>(stars);
  if (items == 0) {
    (stars > 0 ? always_ : when_empty_) |= bit;
    return;
  }
  if (items > kItems) return;
  if (words_.empty() || words_.back().items + items > kItems) words_.emplace_back();
  Word& word = words_.back();
  const std::uint64_t first = std::uint64_t{1} << word.items;
  word.firsts |= first;
  if (is_wild(glob.pattern.front(), '*')) word.anywhere |= first;
  std::uint64_t item = 0;
  for (const char c : glob.pattern) {
    if (is_wild(c, '*')) {
      word.loops |= item;
      continue;
    }
    item = std::uint64_t{1} << word.items++;
    if (!is_wild(c, '?')) {
      word.by_byte[static_cast<unsigned char>(c)] |= item;
      continue;
    }
    word.questions |= item;
    for (unsigned byte = 0; byte < word.by_byte.size(); ++byte) {
      if (!continues_character(static_cast<unsigned char>(byte))) word.by_byte[byte] |= item;
    }
  }
  word.lasts |= item;
  word.bit_of[word.items - 1] = bit;
}

/// The items that reading the whole text can end at. A `?` takes a character's first byte, and
/// stays where it is for those that continue it. An item that ends its pattern with a `*` behind it
/// is reached for good, so reading need not go on for its sake.
std::uint64_t GlobSet::reach(const Word& word, std::string_view text) {
  const std::uint64_t for_good = word.lasts & word.loops;
  std::uint64_t reached = 0;
  std::uint64_t begins = word.firsts;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::uint64_t stays = word.loops | (continues_character(byte) ? word.questions : 0);
    const std::uint64_t next = (reached << 1 & ~word.firsts) | begins;
    reached = (next & word.by_byte[byte]) | (reached & stays);
    begins = word.anywhere;
    if (((reached & ~for_good) | begins) == 0) break;
  }
  return reached;
}

/// Whether the text's last byte is one that no pattern of the word ends in.
bool GlobSet::ends_otherwise(const Word& word, std::string_view text) {
  const auto last = static_cast<unsigned char>(text.empty() ? '\0' : text.back());
  const std::uint64_t questions = continues_character(last) ? word.questions : 0;
  return ((word.by_byte[last] | word.loops | questions) & word.lasts) == 0;
}

std::uint32_t GlobSet::match(std::string_view text) const {
  std::uint32_t matches = always_ | (text.empty() ? when_empty_ : 0);
  for (const Word& word : words_) {
    if (ends_otherwise(word, text)) continue;
    for (std::uint64_t left = reach(word, text) & word.lasts; left != 0; left &= left - 1) {
      matches |= word.bit_of[static_cast<std::size_t>(std::countr_zero(left))];
    }
  }
  return matches;
}

}  // namespace flatline
