#include "tools/cli/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "tools/cli/terminal.h"

namespace flatline::cli {
namespace {

constexpr std::chrono::seconds kFirst{1};
constexpr std::chrono::milliseconds kBetween{500};

}  // namespace

Progress::Progress(std::size_t total)
    : total_(total),
      is_terminal_(::isatty(STDERR_FILENO) == 1 && term_takes_escapes()),
      next_(std::chrono::steady_clock::now() + kFirst) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::at(std::size_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!is_terminal_ || now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  fmt::print(stderr, "\r{} of {} ...", done, total_);
  std::fflush(stderr);
}

}  // namespace flatline::cli
