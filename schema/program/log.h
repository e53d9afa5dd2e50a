#pragma once

// A daemon's log lines, on stderr. Only log.cc includes spdlog. Nothing is logged for each host or
// datagram, because that work would grow with failure: callers count, and log at most one line per
// tick.

#include <fmt/core.h>

#include <optional>
#include <string_view>

namespace flatline {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// What parse_log_level takes, for error messages.
inline constexpr std::string_view kLogLevelForm = "debug, info, warning or error";
/// Returns nothing if there is no such level.
std::optional<LogLevel> parse_log_level(std::string_view name);

enum class LogFormat {
  kText,  ///< Time, level and text; under systemd's journal, which keeps the time, its priority.
  kJson   ///< An object a line: time, level, message.
};
inline constexpr std::string_view kLogFormatForm = "text or json";
std::optional<LogFormat> parse_log_format(std::string_view name);

/// Until the first call the format is kText.
void set_log_format(LogFormat format);

/// Lines below `level` are dropped. Until the first call the level is kInfo.
void set_log_level(LogLevel level);

/// A line of up to 250 bytes is put together without allocating. Throws nothing: for a line that
/// cannot be put together or written nobody's work ends.
void log_line(LogLevel level, fmt::string_view format, fmt::format_args args) noexcept;

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kInfo, format, fmt::make_format_args(args...));
}

template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kWarning, format, fmt::make_format_args(args...));
}

}  // namespace flatline
