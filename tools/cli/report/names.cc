#include "tools/cli/report/names.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

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

/// A name that is taken apart at its last number.
struct Numbered {
  std::string before;
  std::string after;
  std::size_t width = 0;  ///< The digits of a padded number; 0 where it is not padded.
  std::uint64_t number = 0;
};

std::optional<Numbered> take_apart(const std::string& name) {
  std::size_t end = name.size();
  while (end > 0 && !is_digit(name[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(name[begin - 1])) --begin;
  const std::string_view digits(name.data() + begin, end - begin);
  constexpr std::size_t kLongestNumber = 18;  // So many digits always fit 64 bits.
  if (digits.empty() || digits.size() > kLongestNumber) return std::nullopt;
  Numbered numbered{name.substr(0, begin), name.substr(end), 0, 0};
  std::from_chars(digits.data(), digits.data() + digits.size(), numbered.number);
  if (digits.size() > 1 && digits.front() == '0') numbered.width = digits.size();
  return numbered;
}

std::string padded(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// The text `1-3,7` for ascending numbers without repeats.
std::string ranges(const std::vector<std::uint64_t>& numbers, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + padded(numbers[i], width);
    if (last > i) text += (last == i + 1 ? "," : "-") + padded(numbers[last], width);
    i = last + 1;
  }
  return text;
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

std::vector<std::string> fold_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end(), natural_less);
  names.erase(std::unique(names.begin(), names.end()), names.end());

  // A number that is long enough to need no padding goes with the padded ones of its width, as
  // web-100 goes with web-099.
  using Key = std::tuple<std::string, std::string, std::size_t>;
  std::map<Key, std::vector<std::uint64_t>> padded_groups;
  for (const std::string& name : names) {
    if (const auto part = take_apart(name); part && part->width > 0) {
      padded_groups[{part->before, part->after, part->width}].push_back(part->number);
    }
  }
  const auto key_of = [&](const Numbered& part) {
    const std::size_t width = part.width > 0 ? part.width : std::to_string(part.number).size();
    const Key with_padding{part.before, part.after, width};
    return padded_groups.contains(with_padding) ? with_padding
                                                : Key{part.before, part.after, part.width};
  };
  std::map<Key, std::vector<std::uint64_t>> groups;
  for (const std::string& name : names) {
    if (const auto part = take_apart(name)) groups[key_of(*part)].push_back(part->number);
  }

  std::vector<std::string> folded;
  for (const std::string& name : names) {
    const auto part = take_apart(name);
    if (!part) {
      folded.push_back(name);
      continue;
    }
    const Key key = key_of(*part);
    std::vector<std::uint64_t>& numbers = groups[key];
    if (numbers.size() == 1) {
      folded.push_back(name);
    } else if (numbers.size() > 1) {
      std::sort(numbers.begin(), numbers.end());
      folded.push_back(part->before + "[" + ranges(numbers, std::get<2>(key)) + "]" + part->after);
      numbers.clear();  // The group is said once, in the place of its first name.
    }
  }
  return folded;
}

}  // namespace flatline::cli
