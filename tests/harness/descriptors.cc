#include "tests/harness/descriptors.h"

#include <filesystem>
#include <iterator>

namespace flatline::test {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");  // It counts itself every time.
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

}  // namespace flatline::test
