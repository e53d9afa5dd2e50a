#include "tools/cli/wall_time_arguments.h"

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

}  // namespace

WallTime read_wall_time(std::string_view flag, std::string_view text) {
  const auto moment = parse_wall_time(text, wall_now(), utc_offset_at);
  if (!moment) refuse_flag(flag, text, kWallTimeForm);
  return *moment;
}

std::vector<std::string> mark_agos(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  for (std::string& text : arguments) {
    if (is_ago(text)) text.insert(text.begin(), kMark);
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
