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

constexpr const char* kFoldedForm = "NAME, NAME[001-250,252], or with * and ?";

std::optional<std::uint32_t> read_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const std::string& text) {
  refuse_flag("host", text, kFoldedForm);
}

/// Adds the names of a range, `007-012` or `7`. Their numbers are as wide as the first is written.
void unfold_range(const std::string& text, std::string_view range, const std::string& before,
                  const std::string& after, std::vector<std::string>& names) {
  const std::string_view first_text = range.substr(0, range.find('-'));
  const std::string_view last_text =
      first_text.size() == range.size() ? first_text : range.substr(first_text.size() + 1);
  const auto first = read_number(first_text);
  const auto last = read_number(last_text);
  if (!first || !last || *first > *last) refuse(text);
  if (*last - *first >= kMaxCapacity || names.size() + (*last - *first) >= kMaxCapacity) {
    throw UsageError(fmt::format("host: '{}' stands for more than {} hosts, which no collector has",
                                 to_plain_utf8(text), kMaxCapacity));
  }
  for (std::uint32_t number = *first; number <= *last; ++number) {
    names.push_back(fmt::format("{}{:0{}}{}", before, number, first_text.size(), after));
  }
}

}  // namespace

std::vector<std::string> unfold(const std::string& text) {
  const std::size_t open = text.find('[');
  if (open == std::string::npos) return {text};
  const std::size_t close = text.find(']', open);
  if (close == std::string::npos) refuse(text);
  const std::string before = text.substr(0, open);
  const std::string after = text.substr(close + 1);
  std::vector<std::string> names;
  std::string_view list = std::string_view{text}.substr(open + 1, close - open - 1);
  while (true) {
    const std::string_view range = list.substr(0, list.find(','));
    unfold_range(text, range, before, after, names);
    if (range.size() == list.size()) return names;
    list.remove_prefix(range.size() + 1);
  }
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool matches_glob(const std::string& glob, const std::string& name) {
  return ::fnmatch(glob.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

std::vector<std::string> choose_hosts(const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& registered) {
  std::vector<std::string> chosen;
  std::set<std::string> seen;
  const auto choose = [&](const std::string& name) {
    if (seen.insert(name).second) chosen.push_back(name);
  };
  for (const std::string& argument : arguments) {
    for (const std::string& text : unfold(argument)) {
      if (!is_glob(text)) {
        if (!is_host_name(text)) refuse_flag("host", text, kHostNameForm);
        choose(text);
        continue;
      }
      bool any = false;
      for (const std::string& name : registered) {
        if (!matches_glob(text, name)) continue;
        choose(name);
        any = true;
      }
      if (!any) {
        throw UsageError(fmt::format("host: no registered host matches '{}'", to_plain_utf8(text)));
      }
    }
  }
  return chosen;
}

}  // namespace flatline::cli
