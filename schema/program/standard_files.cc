#include "schema/program/standard_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "schema/program/error.h"

namespace flatline {

void open_standard_files() {
  // open() returns the lowest free number. The first one above the three is closed again.
  int file = 0;
  do {
    file = ::open("/dev/null", O_RDWR);
    if (file < 0) {
      throw Failure(fmt::format("/dev/null: cannot open: {}", system_error_text(errno)));
    }
  } while (file <= STDERR_FILENO);
  ::close(file);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Failure(fmt::format("stdout: cannot write: {}", system_error_text(errno)));
  }
}

}  // namespace flatline
