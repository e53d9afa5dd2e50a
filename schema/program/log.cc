#include "schema/program/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <exception>

#include "schema/program/standard_files.h"

namespace flatline {
namespace {

spdlog::logger& logger() {
  static const auto made = [] {
    auto log = std::make_shared<spdlog::logger>("flatline",
                                                std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return log;
  }();
  return *made;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

void log_line(LogLevel level, fmt::string_view format, fmt::format_args args) noexcept {
  try {
    if (!logger().should_log(to_spdlog(level))) return;
    // The line is lost if its reader does not read: nobody's work waits for that.
    if (!takes_output(STDERR_FILENO)) return;
    fmt::memory_buffer text;
    fmt::vformat_to(fmt::appender(text), format, args);
    logger().log(to_spdlog(level), std::string_view(text.data(), text.size()));
  } catch (const std::exception&) {
    // The line is lost.
  }
}

}  // namespace flatline
