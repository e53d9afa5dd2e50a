#include "collector/view/filter_texts.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");
static_assert(kLabelsBytes == 64, "a bit of a word for each byte of the labels");

/// A bit for each of a word's eight bytes that is `c`. The product gathers the bytes' lowest bits.
std::uint64_t find_byte(std::uint64_t word, char c) {
  constexpr std::uint64_t kLow = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kRest = 0x7F7F'7F7F'7F7F'7F7F;
  const std::uint64_t differs = word ^ (kLow * static_cast<unsigned char>(c));
  const std::uint64_t is_zero = ~(((differs & kRest) + kRest) | differs | kRest);
  return (is_zero >> 7) * 0x0102'0408'1020'4080 >> 56;
}

/// Where the labels have commas and equals signs: a bit for each byte.
struct Marks {
  std::uint64_t commas = 0;
  std::uint64_t equals = 0;

  explicit Marks(const Labels& labels) {
    for (std::size_t i = 0; i < labels.bytes.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, labels.bytes.data() + i, sizeof word);
      if (word == 0) break;
      commas |= find_byte(word, ',') << i;
      equals |= find_byte(word, '=') << i;
    }
  }
};

/// The first bit that is set at `begin` or behind it, or `otherwise`.
std::size_t next_mark(std::uint64_t marks, std::size_t begin, std::size_t otherwise) {
  const std::uint64_t left = marks >> begin;
  return left == 0 ? otherwise : begin + static_cast<std::size_t>(std::countr_zero(left));
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
  const auto known = std::ranges::find(keys_, key, &Key::key);
  if (known != keys_.end()) return *known;
  const std::uint32_t bit = 1U << keys_.size();
  by_first_byte_[static_cast<unsigned char>(key.front())] |= bit;
  if (key.size() <= kLabelsBytes) by_key_bytes_[key.size()] |= bit;
  return keys_.emplace_back(Key{key, {}});
}

std::uint32_t TextMatcher::match(const KnownTexts& texts) const {
  std::uint32_t matches = keys_.empty() ? 0 : match_labels(texts.labels);
  // A host whose name nobody remembers matches no name.
  if (has_names_ && !texts.name.empty()) matches |= names_.match(texts.name.view());
  return matches;
}

/// Labels are well formed, because the collector takes no others (is_labels).
std::uint32_t TextMatcher::match_labels(const Labels& labels) const {
  const std::string_view text = labels.view();
  const Marks marks(labels);
  std::uint32_t matches = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = next_mark(marks.commas, begin, text.size());
    const std::size_t equals = next_mark(marks.equals, begin, end);
    if (equals > begin && equals < end) {
      matches |=
          match_pair(text.substr(begin, equals - begin), text.substr(equals + 1, end - equals - 1));
    }
    begin = end + 1;
  }
  return matches;
}

std::uint32_t TextMatcher::match_pair(std::string_view key, std::string_view value) const {
  std::uint32_t left =
      by_first_byte_[static_cast<unsigned char>(key.front())] & by_key_bytes_[key.size()];
  for (; left != 0; left &= left - 1) {
    const Key& candidate = keys_[static_cast<std::size_t>(std::countr_zero(left))];
    if (candidate.key == key) return candidate.values.match(value);
  }
  return 0;
}

}  // namespace flatline
