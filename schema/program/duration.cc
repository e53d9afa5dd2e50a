#include "schema/program/duration.h"

#include <array>
#include <charconv>

namespace flatline {
namespace {

struct Unit {
  std::string_view name;
  Milliseconds size;
};

/// The units, the largest first. Their names are compared whole, so that `m` does not match the
/// start of `ms`.
constexpr std::array<Unit, 5> kUnits{{{"d", std::chrono::hours{24}},
                                      {"h", std::chrono::hours{1}},
                                      {"m", std::chrono::minutes{1}},
                                      {"s", std::chrono::seconds{1}},
                                      {"ms", Milliseconds{1}}}};
constexpr Milliseconds kLongest = std::chrono::hours{24} * 1000;

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Milliseconds total{0};
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size() || number > kLongest / kUnits[next_unit].size) {
      return std::nullopt;
    }
    total += number * kUnits[next_unit].size;
    if (total > kLongest) return std::nullopt;
    ++next_unit;
    text.remove_prefix(name.size());
  }
  return total;
}

std::string format_duration(Milliseconds duration) {
  std::string text;
  for (const Unit& unit : kUnits) {
    const auto number = duration / unit.size;
    if (number == 0) continue;
    text += std::to_string(number);
    text += unit.name;
    duration -= number * unit.size;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace flatline
