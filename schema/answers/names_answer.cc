#include "schema/answers/names_answer.h"

#include <charconv>

#include "schema/limits.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

constexpr std::string_view kMagic = "flatline names 1";

/// The largest page has room in what a client takes: slot, space, name, and the line's end.
static_assert(kNamesPerPage * (8 + 1 + kNameBytes + 1) + 1024 < kMaxAnswerBytes);

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void append_number(std::string& text, std::uint32_t number) {
  char digits[16];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// Cuts off a line and its end. Returns nothing where no line ends.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// Takes a line of the head. False if its value is not of its form.
bool take_field(std::string_view key, std::string_view value, NamesAnswer& answer) {
  if (key == "total") {
    const auto total = read_number<std::uint32_t>(value);
    answer.total = total.value_or(0);
    return total.has_value();
  }
  if (key == "tick") {
    const auto tick = read_number<std::uint64_t>(value);
    answer.tick = static_cast<double>(tick.value_or(0));
    return tick.has_value();
  }
  if (key == "generation") answer.generation = value;
  if (key == "next") answer.next = value;
  return true;
}

}  // namespace

std::string encode_names_head(const NamesAnswer& answer) {
  std::string text(kMagic);
  text += "\ntotal ";
  append_number(text, answer.total);
  text += "\ntick " + std::to_string(static_cast<std::uint64_t>(answer.tick));
  text += "\ngeneration " + answer.generation + "\n";
  if (!answer.next.empty()) text += "next " + answer.next + "\n";
  return text + "\n";
}

void append_name(std::string& lines, std::uint32_t slot, std::string_view name) {
  append_number(lines, slot);
  lines += ' ';
  lines += name;
  lines += '\n';
}

std::optional<NamesAnswer> decode_names(std::string_view text) {
  NamesAnswer answer;
  auto line = take_line(text);
  if (!line || *line != kMagic) return std::nullopt;
  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const std::size_t space = line->find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    if (!take_field(line->substr(0, space), line->substr(space + 1), answer)) return std::nullopt;
  }
  if (!line) return std::nullopt;
  std::int64_t last = -1;
  while (!text.empty()) {
    line = take_line(text);
    if (!line) return std::nullopt;
    const std::size_t space = line->find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto slot = read_number<std::uint32_t>(line->substr(0, space));
    const std::string_view name = line->substr(space + 1);
    if (!slot || *slot <= last || *slot >= kMaxCapacity || !is_host_name(name)) {
      return std::nullopt;
    }
    last = *slot;
    answer.hosts.push_back({*slot, std::string{name}});
  }
  return answer;
}

}  // namespace flatline
