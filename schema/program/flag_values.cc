#include "schema/program/flag_values.h"

#include <fmt/core.h>

#include <charconv>

#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"

namespace flatline {

void refuse_flag(std::string_view flag, std::string_view text, std::string_view allowed) {
  throw UsageError(
      fmt::format("{}: '{}' is not allowed; give {}", flag, to_plain_utf8(text), allowed));
}

std::uint64_t read_flag_number(std::string_view flag, std::string_view text, std::uint64_t min,
                               std::uint64_t max) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < min || number > max) {
    refuse_flag(flag, text, fmt::format("a whole number from {} to {}", min, max));
  }
  return number;
}

Milliseconds read_flag_duration(std::string_view flag, std::string_view text, Milliseconds min,
                                Milliseconds max) {
  const auto duration = parse_duration(text);
  if (!duration || *duration < min || *duration > max) {
    refuse_flag(flag, text,
                fmt::format("a duration with its unit from {} to {}, as 500ms, 1s or 1m30s",
                            format_duration(min), format_duration(max)));
  }
  return *duration;
}

Endpoint read_flag_endpoint(std::string_view flag, std::string_view text, bool any_port) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint || (endpoint->port == 0 && !any_port)) refuse_flag(flag, text, kEndpointForm);
  return *endpoint;
}

}  // namespace flatline
