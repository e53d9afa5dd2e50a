#include "tools/cli/report/host_patterns.h"

#include <fmt/core.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

constexpr const char* kFoldedForm = "NAME, NAME[001-250,252], NAME[0-10/2], or with * and ?";

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const std::string& text) {
  refuse_flag("host", text, kFoldedForm);
}

[[noreturn]] void refuse_many(const std::string& text) {
  throw UsageError(fmt::format("host: '{}' stands for more than {} hosts, which no collector has",
                               to_plain_utf8(text), kMaxCapacity));
}

/// Adds the numbers of a range, `007-012` or `7`, or `0-10/2` with a step. They are as wide as the
/// first is written.
void unfold_range(const std::string& text, std::string_view range,
                  std::vector<std::string>& numbers) {
  std::optional<std::uint32_t> step = 1;
  if (const std::size_t slash = range.find('/'); slash != std::string_view::npos) {
    step = read_number(range.substr(slash + 1));
    range = range.substr(0, slash);
  }
  const std::string_view first_text = range.substr(0, range.find('-'));
  const std::string_view last_text =
      first_text.size() == range.size() ? first_text : range.substr(first_text.size() + 1);
  const auto first = read_number(first_text);
  const auto last = read_number(last_text);
  if (!first || !last || *first > *last || !step || *step == 0) refuse(text);
  const std::uint32_t steps = (*last - *first) / *step;
  if (steps >= kMaxCapacity || numbers.size() + steps >= kMaxCapacity) refuse_many(text);
  for (std::uint32_t i = 0; i <= steps; ++i) {
    numbers.push_back(fmt::format("{:0{}}", *first + i * *step, first_text.size()));
  }
}

/// The numbers that the inside of one pair of brackets stands for.
std::vector<std::string> unfold_list(const std::string& text, std::string_view list) {
  std::vector<std::string> numbers;
  while (true) {
    const std::string_view range = list.substr(0, list.find(','));
    unfold_range(text, range, numbers);
    if (range.size() == list.size()) return numbers;
    list.remove_prefix(range.size() + 1);
  }
}

/// Takes a list apart at its commas. Those within brackets separate ranges, not names.
std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts(1);
  bool inside = false;
  for (const char c : text) {
    if (c == '[') inside = true;
    if (c == ']') inside = false;
    if (c == ',' && !inside) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

std::vector<std::string> unfold(const std::string& text) {
  std::vector<std::string> names = {""};
  std::string_view rest = text;
  while (true) {
    const std::size_t open = rest.find('[');
    for (std::string& name : names) name += rest.substr(0, open);
    if (open == std::string_view::npos) return names;
    const std::size_t close = rest.find(']', open);
    if (close == std::string_view::npos) refuse(text);
    const auto numbers = unfold_list(text, rest.substr(open + 1, close - open - 1));
    if (names.size() * numbers.size() > kMaxCapacity) refuse_many(text);
    std::vector<std::string> longer;
    longer.reserve(names.size() * numbers.size());
    for (const std::string& name : names) {
      for (const std::string& number : numbers) longer.push_back(name + number);
    }
    names = std::move(longer);
    rest.remove_prefix(close + 1);
  }
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool matches_glob(const std::string& glob, const std::string& name) {
  return ::fnmatch(glob.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

std::vector<std::string> choose_hosts(const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& candidates,
                                      std::string_view kind) {
  std::vector<std::string> chosen;
  std::set<std::string> seen;
  const auto choose = [&](const std::string& name) {
    if (seen.insert(name).second) chosen.push_back(name);
  };
  std::vector<std::string> parts;
  for (const std::string& argument : arguments) {
    for (std::string& part : split_list(argument)) parts.push_back(std::move(part));
  }
  for (const std::string& part : parts) {
    for (const std::string& text : unfold(part)) {
      if (!is_glob(text)) {
        if (!is_host_name(text)) refuse_flag("host", text, kHostNameForm);
        choose(text);
        continue;
      }
      bool any = false;
      for (const std::string& name : candidates) {
        if (!matches_glob(text, name)) continue;
        choose(name);
        any = true;
      }
      if (!any) {
        throw UsageError(fmt::format("host: no {} host matches '{}'", kind, to_plain_utf8(text)));
      }
    }
  }
  return chosen;
}

}  // namespace flatline::cli
