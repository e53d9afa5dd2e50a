#include "tools/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace flatline::cli {
namespace {

void read_environment(const char* name, std::size_t& value) {
  const char* text = std::getenv(name);
  if (text == nullptr) return;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), number);
  if (error == std::errc{} && *end == '\0' && number > 0 && number < 10'000) value = number;
}

}  // namespace

bool term_takes_escapes() {
  const char* const term = std::getenv("TERM");
  return term != nullptr && *term != '\0' && std::strcmp(term, "dumb") != 0;
}

std::size_t error_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Terminal look_at_terminal() {
  Terminal terminal;
  terminal.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  terminal.takes_escapes = terminal.is_terminal && term_takes_escapes();
  terminal.errors_are_seen = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (terminal.is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = size.ws_col;
    terminal.rows = size.ws_row;
  }
  read_environment("COLUMNS", terminal.columns);
  read_environment("LINES", terminal.rows);
  return terminal;
}

}  // namespace flatline::cli
