#include "tools/cli/report/names.h"

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

}  // namespace flatline::cli
