#pragma once

// Log lines of a daemon, on stderr: the project's only door to spdlog. Nothing is logged per host
// or per datagram: callers count, and say at most one line a tick.

#include <fmt/core.h>

#include <optional>
#include <string_view>

namespace flatline {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// What parse_log_level takes, for error messages.
inline constexpr std::string_view kLogLevelForm = "debug, info, warning or error";
/// Nothing if there is no such level.
std::optional<LogLevel> parse_log_level(std::string_view name);

/// Lines below `level` are dropped. Before the first call: kInfo.
void set_log_level(LogLevel level);

/// A line of up to 250 bytes is put together without allocating.
void log_line(LogLevel level, fmt::string_view format, fmt::format_args args);

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kInfo, format, fmt::make_format_args(args...));
}

template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kWarning, format, fmt::make_format_args(args...));
}

}  // namespace flatline
