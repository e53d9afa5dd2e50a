#include "schema/program/descriptor_limit.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <cerrno>

#include "schema/program/error.h"

namespace flatline {

void require_descriptors(unsigned need, std::string_view what_for) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw Failure(fmt::format("cannot read the limit of open files: {}", system_error_text(errno)));
  }
  if (limit.rlim_cur >= need) return;
  if (limit.rlim_max < need) {
    throw Failure(fmt::format(
        "{} files may be open, and {} are needed for {}; raise the limit (ulimit -n {}, "
        "or LimitNOFILE={} in the unit)",
        limit.rlim_max, need, what_for, need, need));
  }
  limit.rlim_cur = need;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw Failure(fmt::format("cannot raise the limit of open files to {}: {}", need,
                              system_error_text(errno)));
  }
}

}  // namespace flatline
