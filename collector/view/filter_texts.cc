#include "collector/view/filter_texts.h"

#include <bit>
#include <cstring>

#include "schema/invariant.h"

namespace flatline {
namespace {

/// Places for labels that were matched: they fit the nearest cache of a processor.
constexpr std::size_t kLabelPlaces = 256;

/// Mixes 64 bytes into a place. Neighbouring bytes differ the most, so all bits must count.
std::size_t place_of(const Labels& labels) {
  std::uint64_t mixed = 0;
  for (std::size_t i = 0; i < labels.bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, labels.bytes.data() + i, sizeof word);
    mixed = (mixed ^ word) * 0x9E37'79B9'7F4A'7C15;
    mixed ^= mixed >> 32;
  }
  return mixed % kLabelPlaces;
}

}  // namespace

TextMatcher::TextMatcher(std::span<const TextTerm> terms) : terms_(terms) {
  INVARIANT(terms.size() <= kFilterTextTerms);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::uint32_t bit = 1U << i;
    const std::string& key = terms[i].label;
    if (key.empty()) {
      name_terms_ |= bit;
    } else if (key.size() <= kLabelsBytes) {
      label_terms_ |= bit;
      by_first_byte_[static_cast<unsigned char>(key.front())] |= bit;
      by_key_bytes_[key.size()] |= bit;
    }
  }
  // No term matches a host without labels, so the places may begin as if these were known.
  if (label_terms_ != 0) known_.resize(kLabelPlaces);
}

std::uint32_t TextMatcher::match(const KnownTexts& texts) {
  const std::uint32_t matches = name_terms_ == 0 ? 0 : match_name(texts.name);
  if (label_terms_ == 0) return matches;
  Known& known = known_[place_of(texts.labels)];
  if (known.labels != texts.labels) known = {texts.labels, match_labels(texts.labels.view())};
  return matches | known.matches;
}

std::uint32_t TextMatcher::match_name(const HostName& name) const {
  const std::string_view text = name.view();
  if (text.empty()) return 0;  // A host whose name nobody remembers.
  std::uint32_t matches = 0;
  for (std::uint32_t left = name_terms_; left != 0; left &= left - 1) {
    const auto term = static_cast<std::size_t>(std::countr_zero(left));
    if (terms_[term].glob.matches(text)) matches |= 1U << term;
  }
  return matches;
}

/// Labels are well formed, because the collector takes no others (is_labels).
std::uint32_t TextMatcher::match_labels(std::string_view labels) const {
  std::uint32_t matches = 0;
  std::size_t begin = 0;
  std::size_t equals = 0;
  for (std::size_t i = 0; i <= labels.size(); ++i) {
    if (i < labels.size() && labels[i] != ',') {
      if (labels[i] == '=') equals = i;
      continue;
    }
    if (equals > begin) {
      matches |= match_pair(labels.substr(begin, equals - begin),
                            labels.substr(equals + 1, i - equals - 1));
    }
    begin = i + 1;
  }
  return matches;
}

std::uint32_t TextMatcher::match_pair(std::string_view key, std::string_view value) const {
  std::uint32_t matches = 0;
  std::uint32_t left =
      by_first_byte_[static_cast<unsigned char>(key.front())] & by_key_bytes_[key.size()];
  for (; left != 0; left &= left - 1) {
    const auto term = static_cast<std::size_t>(std::countr_zero(left));
    if (terms_[term].label == key && terms_[term].glob.matches(value)) matches |= 1U << term;
  }
  return matches;
}

}  // namespace flatline
