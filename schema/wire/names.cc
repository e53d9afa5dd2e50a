#include "schema/wire/names.h"

#include <array>

#include "schema/limits.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// Whether a byte may stand in a name. A table makes this one look per byte, because names are read
/// in every snapshot.
constexpr std::array<bool, 256> kNameCharacters = [] {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789._-")) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}();

bool is_word(std::string_view text) {
  bool good = !text.empty();
  for (const char c : text) good &= kNameCharacters[static_cast<unsigned char>(c)];
  return good;
}

}  // namespace

bool is_host_name(std::string_view text) {
  return text.size() <= kNameBytes && is_word(text) &&
         text.find_first_not_of('.') != std::string_view::npos;
}

bool is_labels(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() > kLabelsBytes) return false;
  while (true) {
    const std::string_view pair = text.substr(0, text.find(','));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !is_word(pair.substr(0, equals)) ||
        !is_word(pair.substr(equals + 1))) {
      return false;
    }
    if (pair.size() == text.size()) return true;
    text.remove_prefix(pair.size() + 1);
  }
}

bool is_check_name(std::string_view text) {
  return !text.empty() && text.size() <= kCheckNameBytes && text.front() != ' ' &&
         text.back() != ' ' && is_plain_utf8(text);
}

}  // namespace flatline
