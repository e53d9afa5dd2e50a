#include "schema/program/did_you_mean.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "schema/wire/text.h"

namespace flatline {
namespace {

std::string digits_of(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](unsigned char c) { return std::isdigit(c) != 0; });
  return digits;
}

/// How many slips turn one text into the other: a character too many, too few or another one, or
/// two neighbours that changed places (optimal string alignment).
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

std::string nearest(std::string_view typed, const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), typed) != words.end()) return {};
  const std::string low = to_lower(typed);
  // In a short word two slips make anything of it.
  std::size_t fewest = typed.size() < 5 ? 2 : 3;
  std::string best;
  const std::string number = digits_of(typed);
  for (const std::string& word : words) {
    if (digits_of(word) != number) continue;
    const std::size_t longer = std::max(word.size(), typed.size());
    if (longer - std::min(word.size(), typed.size()) >= fewest) continue;
    const std::size_t count = slips(low, to_lower(word));
    if (count >= fewest) continue;
    fewest = count;
    best = word;
  }
  return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& words) {
  const std::string word = nearest(typed, words);
  return word.empty() ? "" : "; did you mean " + to_plain_utf8(word) + "?";
}

}  // namespace flatline
