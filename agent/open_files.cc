#include "agent/open_files.h"

#include <fmt/core.h>

#include "schema/limits.h"
#include "schema/program/descriptor_limit.h"

namespace flatline {

void require_open_files(std::size_t checks, std::size_t collectors) {
  const std::size_t needed =
      kAgentFiles + checks * kFilesPerCheck + collectors * kFilesPerCollector;
  require_descriptors(static_cast<unsigned>(needed),
                      fmt::format("{} checks and {} collectors", checks, collectors));
}

}  // namespace flatline
