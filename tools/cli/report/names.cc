#include "tools/cli/report/names.h"

#include <algorithm>
#include <cstddef>

#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view digits_at_front(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  return text.substr(0, size);
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

std::string name_or_slot(const std::string& name, std::uint32_t slot) {
  return name.empty() ? "(slot " + std::to_string(slot) + ")" : to_plain_utf8(name);
}

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    const std::string_view number_a = digits_at_front(a);
    const std::string_view number_b = digits_at_front(b);
    if (!number_a.empty() && !number_b.empty()) {
      const std::string_view value_a = without_zeros(number_a);
      const std::string_view value_b = without_zeros(number_b);
      if (value_a.size() != value_b.size()) return value_a.size() < value_b.size();
      if (value_a != value_b) return value_a < value_b;
      a.remove_prefix(number_a.size());
      b.remove_prefix(number_b.size());
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // They differ in leading zeros alone; some fixed order must hold.
}

namespace {

/// The beginning of a text in a form whose bytes compare as the natural order does: before the
/// digits of a number stands how many there are. Where two are alike, the texts decide.
class NaturalKey {
 public:
  explicit NaturalKey(std::string_view text) {
    while (!text.empty() && size_ < kBytes) {
      const std::string_view number = digits_at_front(text);
      if (number.empty()) {
        put(text.front());
        text.remove_prefix(1);
        continue;
      }
      const std::string_view value = without_zeros(number);
      put('0');
      put_byte(static_cast<unsigned char>(std::min<std::size_t>(value.size(), 255)));
      for (const char digit : value) put(digit);
      text.remove_prefix(number.size());
    }
  }

  bool operator<(const NaturalKey& other) const {
    return first_ != other.first_ ? first_ < other.first_ : second_ < other.second_;
  }

 private:
  static constexpr std::uint32_t kBytes = 16;

  /// Characters compare as `char` does, which has a sign.
  void put(char c) { put_byte(static_cast<unsigned char>(static_cast<unsigned char>(c) ^ 0x80U)); }
  void put_byte(unsigned char byte) {
    if (size_ >= kBytes) return;
    (size_ < 8 ? first_ : second_) |= std::uint64_t{byte} << (56 - 8 * (size_ % 8));
    ++size_;
  }

  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0;
  std::uint32_t size_ = 0;
};

/// How many bytes all texts share at the front, up to a number.
std::size_t shared_by_all(std::span<const std::string_view> texts) {
  std::string_view shared = texts.empty() ? std::string_view{} : texts.front();
  for (const std::string_view text : texts) {
    if (text.starts_with(shared)) continue;
    const auto differs = std::mismatch(shared.begin(), shared.end(), text.begin(), text.end());
    shared = shared.substr(0, static_cast<std::size_t>(differs.first - shared.begin()));
  }
  while (!shared.empty() && is_digit(shared.back())) shared.remove_suffix(1);
  return shared.size();
}

}  // namespace

std::vector<std::uint32_t> natural_order(std::span<const std::string_view> texts) {
  struct Place {
    NaturalKey key;
    std::uint32_t place;
  };
  std::vector<Place> places;
  places.reserve(texts.size());
  const std::size_t shared = shared_by_all(texts);
  for (const std::string_view text : texts) {
    places.push_back({NaturalKey(text.substr(shared)), static_cast<std::uint32_t>(places.size())});
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (a.key < b.key || b.key < a.key) return a.key < b.key;
    const std::string_view text_a = texts[a.place];
    const std::string_view text_b = texts[b.place];
    if (text_a == text_b) return a.place < b.place;
    return natural_less(text_a, text_b);
  });
  std::vector<std::uint32_t> order;
  order.reserve(places.size());
  for (const Place& place : places) order.push_back(place.place);
  return order;
}

}  // namespace flatline::cli
