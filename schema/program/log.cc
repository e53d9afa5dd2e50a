#include "schema/program/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <string>

#include "schema/program/standard_files.h"

namespace flatline {
namespace {

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";
constexpr const char* kJsonPattern =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})";

std::atomic<LogFormat> chosen_format{LogFormat::kText};

/// Whether stderr goes to systemd's journal, which then says so in the environment, as the device
/// and inode of the pipe (systemd.exec(5), JOURNAL_STREAM). It may have been redirected since.
bool is_journal() {
  static const bool found = [] {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
  }();
  return found;
}

/// The prefix by which the journal knows a line's priority (sd-daemon(3)).
std::string_view priority_prefix(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "<7>";
    case LogLevel::kInfo:
      return "<6>";
    case LogLevel::kWarning:
      return "<4>";
    case LogLevel::kError:
      return "<3>";
  }
  return "<6>";
}

/// Appends text as it stands between a JSON string's quotes. What is not ASCII is left alone.
void append_json(std::string_view text, fmt::memory_buffer& line) {
  for (const char c : text) {
    if (c == '"' || c == '\\') line.push_back('\\');
    if (static_cast<unsigned char>(c) >= 0x20) {
      line.push_back(c);
    } else {
      fmt::format_to(fmt::appender(line), "\\u{:04x}", static_cast<unsigned>(c));
    }
  }
}

spdlog::logger& logger() {
  static const auto made = [] {
    auto log = std::make_shared<spdlog::logger>("flatline",
                                                std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log->set_pattern(is_journal() ? "%v" : kTextPattern);
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

std::optional<LogFormat> parse_log_format(std::string_view name) {
  if (name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  return std::nullopt;
}

void set_log_format(LogFormat format) {
  chosen_format = format;
  const bool json = format == LogFormat::kJson;
  logger().set_pattern(json ? kJsonPattern : is_journal() ? "%v" : kTextPattern);
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
    const bool json = chosen_format.load(std::memory_order_relaxed) == LogFormat::kJson;
    if (json) {
      fmt::memory_buffer plain;
      fmt::vformat_to(fmt::appender(plain), format, args);
      append_json({plain.data(), plain.size()}, text);
    } else {
      if (is_journal()) text.append(priority_prefix(level));
      fmt::vformat_to(fmt::appender(text), format, args);
      std::replace(text.begin(), text.end(), '\n',
                   ';');  // Faults of a file are lines; here they are one.
    }
    logger().log(to_spdlog(level), std::string_view(text.data(), text.size()));
  } catch (const std::exception&) {
    // The line is lost.
  }
}

}  // namespace flatline
