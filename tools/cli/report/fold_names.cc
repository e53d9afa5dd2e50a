// Folds lists of host names. It takes their last numbers first: names that differ in nothing else
// become one text with a range. Then it looks at the numbers before these, so that texts with equal
// ranges become one with two, and so on. Each text stands for all of its ranges' combinations, so
// nothing is folded that is not whole.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "schema/limits.h"
#include "tools/cli/report/names.h"

namespace flatline::cli {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Some names, of which the first still shows how they begin: they are all `before`, which is not
/// folded yet, and then `behind`, which is.
struct Folded {
  std::string_view first;
  std::string_view before;
  std::string behind;
};

/// A text that is taken apart at its last number.
struct Numbered {
  std::string_view before;
  std::string_view after;
  std::size_t digits = 0;
  bool is_padded = false;
  std::uint64_t number = 0;
};

std::optional<Numbered> take_apart(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  const std::string_view digits = text.substr(begin, end - begin);
  constexpr std::size_t kLongestNumber = 18;  // So many digits always fit 64 bits.
  if (digits.empty() || digits.size() > kLongestNumber) return std::nullopt;
  Numbered numbered{text.substr(0, begin), text.substr(end), digits.size(), false, 0};
  std::from_chars(digits.data(), digits.data() + digits.size(), numbered.number);
  // What is larger, unfold() does not read.
  if (numbered.number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  numbered.is_padded = digits.size() > 1 && digits.front() == '0';
  return numbered;
}

/// What names that fold at a number have in common.
struct Key {
  std::string_view before;
  std::string_view after;
  std::string_view behind;
  std::size_t width = 0;  ///< The digits of a padded number; 0 where it is not padded.
  bool operator==(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    const std::hash<std::string_view> hash;
    constexpr std::size_t kOdd = 0x9E3779B97F4A7C15;
    std::size_t mixed = hash(key.before);
    for (const std::size_t part : {hash(key.after), hash(key.behind), key.width}) {
      mixed = (mixed ^ part) * kOdd;
      mixed ^= mixed >> 32;
    }
    return mixed;
  }
};

/// A number, and which names have it there.
struct Member {
  std::uint64_t number;
  const Folded* names;
};

std::string padded(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

/// The text `1-3,7` for ascending numbers without repeats.
std::string ranges(const std::vector<Member>& members, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < members.size();) {
    std::size_t last = i;
    while (last + 1 < members.size() && members[last + 1].number == members[last].number + 1) {
      ++last;
    }
    text += (text.empty() ? "" : ",") + padded(members[i].number, width);
    if (last > i) text += (last == i + 1 ? "," : "-") + padded(members[last].number, width);
    i = last + 1;
  }
  return text;
}

/// Makes one of the names that have a key in common.
Folded fold(const Key& key, std::vector<Member>& members) {
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.number < b.number; });
  members.erase(std::unique(members.begin(), members.end(),
                            [](const Member& a, const Member& b) { return a.number == b.number; }),
                members.end());
  std::string number = ranges(members, key.width);
  if (members.size() > 1) number = "[" + number + "]";
  return {members.front().names->first, key.before, number.append(key.after).append(key.behind)};
}

/// Folds at the last number before what is folded already. What has none is moved to `done`.
std::vector<Folded> fold_once(std::vector<Folded> all, std::vector<Folded>& done) {
  std::vector<std::pair<Numbered, const Folded*>> parts;
  parts.reserve(all.size());
  std::unordered_set<Key, KeyHash> padded_keys;
  for (Folded& names : all) {
    const auto part = take_apart(names.before);
    if (!part) {
      done.push_back(std::move(names));
      continue;
    }
    parts.emplace_back(*part, &names);
    if (part->is_padded) {
      padded_keys.insert({part->before, part->after, names.behind, part->digits});
    }
  }
  // A number that is long enough to need no padding goes with the padded ones of its width, as
  // web-100 goes with web-099.
  std::unordered_map<Key, std::vector<Member>, KeyHash> groups;
  for (const auto& [part, names] : parts) {
    Key key{part.before, part.after, names->behind, part.digits};
    if (!part.is_padded && !padded_keys.contains(key)) key.width = 0;
    groups[key].push_back({part.number, names});
  }
  std::vector<Folded> folded;
  folded.reserve(groups.size());
  for (auto& [key, members] : groups) folded.push_back(fold(key, members));
  return folded;
}

}  // namespace

std::vector<std::string> fold_names(std::vector<std::string> names) {
  std::vector<Folded> all;
  all.reserve(names.size());
  for (const std::string& name : names) all.push_back({name, name, ""});
  std::vector<Folded> done;
  for (std::size_t level = 0; level < kFoldedRanges && !all.empty(); ++level) {
    all = fold_once(std::move(all), done);
  }
  done.insert(done.end(), std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
  // Each text stands in the place of its first name.
  std::sort(done.begin(), done.end(),
            [](const Folded& a, const Folded& b) { return natural_less(a.first, b.first); });
  std::vector<std::string> texts;
  texts.reserve(done.size());
  for (const Folded& folded : done) {
    std::string text = std::string{folded.before} + folded.behind;
    if (texts.empty() || text != texts.back()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace flatline::cli
