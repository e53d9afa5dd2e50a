#include "tools/cli/moments.h"

#include <ctime>

#include "schema/clock.h"
#include "schema/duration.h"
#include "schema/flag_values.h"
#include "schema/moment.h"

namespace flatline::cli {
namespace {

Milliseconds utc_offset_at(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return Milliseconds{0};
  return std::chrono::seconds{local.tm_gmtoff};
}

}  // namespace

WallTime read_moment(std::string_view flag, std::string_view text) {
  const auto moment = parse_moment(text, wall_now(), utc_offset_at);
  if (!moment) refuse_flag(flag, text, kMomentForm);
  return *moment;
}

std::vector<std::string> resolve_agos(int argc, const char* const* argv) {
  const WallTime now = wall_now();  // One for all: `-2h` and `-1h` are an hour apart.
  std::vector<std::string> arguments(argv, argv + argc);
  for (std::string& text : arguments) {
    const auto ago =
        text.starts_with('-') ? parse_duration(std::string_view{text}.substr(1)) : std::nullopt;
    if (ago) text = format_rfc3339(now - *ago);
  }
  return arguments;
}

}  // namespace flatline::cli
