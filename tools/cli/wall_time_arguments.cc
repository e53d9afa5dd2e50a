#include "tools/cli/wall_time_arguments.h"

#include <algorithm>
#include <ctime>

#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/flag_values.h"
#include "schema/program/wall_time.h"

namespace flatline::cli {
namespace {

Milliseconds utc_offset_at(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return Milliseconds{0};
  return std::chrono::seconds{local.tm_gmtoff};
}

/// Stands before an argument that begins with `-`, which is then not taken for a flag.
constexpr char kMark = ' ';

bool is_ago(std::string_view text) {
  return text.starts_with('-') && parse_duration(text.substr(1)).has_value();
}

/// Whether a column to sort by follows, the largest first: `--sort -heard`.
bool is_descending(const std::string& flag, std::string_view text) {
  return flag == "--sort" && text.size() > 1 && text[0] == '-' && text[1] != '-';
}

/// Whether the text has the form of `form`, in which a 0 stands for any digit.
bool has_form(std::string_view text, std::string_view form) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  });
}

bool is_day(std::string_view text) {
  return has_form(text, "0000-00-00");
}

bool is_time_of_day(std::string_view text) {
  return has_form(text.substr(0, 5), "00:00");
}

}  // namespace

WallTime read_wall_time(std::string_view flag, std::string_view text) {
  const auto moment = parse_wall_time(text, wall_now(), utc_offset_at);
  if (!moment) refuse_flag(flag, text, kWallTimeForm);
  return *moment;
}

WallTime read_next_wall_time(std::string_view flag, std::string_view text) {
  const WallTime now = wall_now();
  const auto moment = parse_wall_time(text, now, utc_offset_at);
  if (!moment) refuse_flag(flag, text, kWallTimeForm);
  if (*moment > now || !is_time_of_day(text)) return *moment;
  // As of a day later, the last such time is the next one from now. A day in autumn has 25 hours.
  for (const int hours : {24, 25}) {
    const auto next = parse_wall_time(text, now + std::chrono::hours{hours}, utc_offset_at);
    if (next && *next > now) return *next;
  }
  return *moment;
}

std::vector<std::string> mark_times(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 0; i < argc; ++i) {
    const std::string text = argv[i];
    if (i > 0 && is_day(arguments.back()) && is_time_of_day(text)) {
      arguments.back() += " " + text;
    } else if (i > 0 && is_descending(arguments.back(), text)) {
      arguments.back() += "=" + text;
    } else {
      arguments.push_back(is_ago(text) ? kMark + text : text);
    }
  }
  return arguments;
}

std::string as_typed(std::string argument) {
  if (argument.starts_with(kMark) && is_ago(std::string_view{argument}.substr(1))) {
    argument.erase(argument.begin());
  }
  return argument;
}

}  // namespace flatline::cli
