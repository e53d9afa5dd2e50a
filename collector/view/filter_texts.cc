#include "collector/view/filter_texts.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");
static_assert(kLabelsBytes == 64, "a bit of a word for each byte of the labels");

/// A bit for each of a word's eight bytes that ends a label: a comma, or the zeros behind the text.
/// All others that labels have are above a comma. The product gathers the bytes' lowest bits.
std::uint64_t ends_in(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kHigh = 0x80 * kOnes;
  const std::uint64_t above = (word & ~kHigh) + (0x80 - '-') * kOnes;
  return ((~above & kHigh) >> 7) * 0x0102'0408'1020'4080 >> 56;
}

/// Where labels end: a bit for each byte.
std::uint64_t ends_of(const Labels& labels) {
  std::uint64_t ends = 0;
  for (std::size_t i = 0; i < labels.bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, labels.bytes.data() + i, sizeof word);
    if (word == 0) return ends | ~std::uint64_t{0} << i;
    ends |= ends_in(word) << i;
  }
  return ends;
}

/// The first bytes of a text, at most eight, as a word.
std::uint64_t head_of(std::string_view text) {
  std::uint64_t head = 0;
  std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
  return head;
}

}  // namespace

TextMatcher::TextMatcher(std::span<const TextTerm> terms) {
  INVARIANT(terms.size() <= kFilterTextTerms);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const TextTerm& term = terms[i];
    has_names_ |= term.label.empty();
    (term.label.empty() ? names_ : key_of(term.label).values).add(term.glob, 1U << i);
  }
}

TextMatcher::Key& TextMatcher::key_of(const std::string& key) {
  const std::string begin = key + "=";
  const auto known = std::ranges::find(keys_, begin, &Key::begin);
  if (known != keys_.end()) return *known;
  by_first_byte_[static_cast<unsigned char>(key.front())] |= 1U << keys_.size();
  const std::string filled(std::min(begin.size(), sizeof(std::uint64_t)), '\xFF');
  return keys_.emplace_back(Key{begin, head_of(begin), head_of(filled), {}});
}

std::uint32_t TextMatcher::match(const KnownTexts& texts) const {
  std::uint32_t matches = keys_.empty() ? 0 : match_labels(texts.labels);
  // A host whose name nobody remembers matches no name.
  if (has_names_ && !texts.name.empty()) matches |= names_.match(texts.name.view());
  return matches;
}

/// Labels are well formed, because the collector takes no others (is_labels).
std::uint32_t TextMatcher::match_labels(const Labels& labels) const {
  const std::uint64_t ends = ends_of(labels);
  std::uint32_t matches = 0;
  for (std::size_t begin = 0; begin < kLabelsBytes;) {
    const std::uint64_t left = ends >> begin;
    const std::size_t end =
        left == 0 ? kLabelsBytes : begin + static_cast<std::size_t>(std::countr_zero(left));
    if (end == begin) break;  // The text is over.
    matches |= match_label(labels, begin, end);
    begin = end + 1;
  }
  return matches;
}

std::uint32_t TextMatcher::match_label(const Labels& labels, std::size_t begin,
                                       std::size_t end) const {
  const std::string_view label(labels.bytes.data() + begin, end - begin);
  std::uint32_t left = by_first_byte_[static_cast<unsigned char>(label.front())];
  if (left == 0) return 0;
  // What stands behind the label is none of its business, but cheaper to take along.
  std::uint64_t head = 0;
  if (begin + sizeof head <= kLabelsBytes) {
    std::memcpy(&head, label.data(), sizeof head);
  } else {
    head = head_of(label);
  }
  for (; left != 0; left &= left - 1) {
    const Key& key = keys_[static_cast<std::size_t>(std::countr_zero(left))];
    if (((head ^ key.head) & key.head_bits) != 0 || label.size() < key.begin.size()) continue;
    if (key.begin.size() > sizeof head && !label.starts_with(key.begin)) continue;
    return key.values.match(label.substr(key.begin.size()));
  }
  return 0;
}

}  // namespace flatline
