#include "tools/cli/verbs/agreement.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/wrap.h"
#include "tools/cli/terminal.h"

namespace flatline::cli {

void let_agree(const std::string& proposal) {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
    const bool has_lines = proposal.find('\n') != std::string::npos;
    throw UsageError(proposal + (has_lines ? "\n" : "? ") +
                     "nobody can be asked here; --yes says that it is meant");
  }
  fmt::print(stderr, "{}Go on? [y/N] ", wrap_lines(proposal + "\n", error_columns()));
  std::fflush(stderr);
  char answer[8] = {};
  if (std::fgets(answer, sizeof answer, stdin) == nullptr ||
      (answer[0] != 'y' && answer[0] != 'Y')) {
    throw Failure("nothing was done");
  }
}

std::string fold_all(std::vector<std::string> names) {
  return join(fold_names(std::move(names)), " ");
}

}  // namespace flatline::cli
