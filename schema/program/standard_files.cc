#include "schema/program/standard_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "schema/program/descriptor.h"
#include "schema/program/error.h"

namespace flatline {

void open_standard_files() {
  // open() returns the lowest free number. The three stay open for the whole process; the first one
  // above them is closed again.
  for (;;) {
    Descriptor file(::open("/dev/null", O_RDWR));
    if (!file.is_open()) {
      throw Failure(fmt::format("/dev/null: cannot open: {}", system_error_text(errno)));
    }
    if (file.get() > STDERR_FILENO) return;
    (void)file.release();
  }
}

bool takes_output(int file) {
  pollfd written{.fd = file, .events = POLLOUT, .revents = 0};
  return ::poll(&written, 1, 0) != 0;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Failure(fmt::format("stdout: cannot write: {}", system_error_text(errno)));
  }
}

}  // namespace flatline
