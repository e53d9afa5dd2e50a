#include "schema/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace flatline {

void invariant_broken(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace flatline
