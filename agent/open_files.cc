#include "agent/open_files.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <cerrno>

#include "schema/limits.h"
#include "schema/program/error.h"

namespace flatline {

void require_open_files(std::size_t checks, std::size_t collectors) {
  const rlim_t needed = kAgentFiles + checks * kFilesPerCheck + collectors * kFilesPerCollector;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
  if (limit.rlim_max < needed) {
    throw Failure(fmt::format(
        "RLIMIT_NOFILE: {} open files are allowed, and {} checks and {} collectors need {}; raise "
        "the hard limit (ulimit -n, LimitNOFILE=)",
        limit.rlim_max, checks, collectors, needed));
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw Failure(
        fmt::format("RLIMIT_NOFILE: cannot be raised to {}: {}", needed, system_error_text(errno)));
  }
}

}  // namespace flatline
