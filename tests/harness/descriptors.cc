#include "tests/harness/descriptors.h"

#include <filesystem>
#include <iterator>

namespace flatline::test {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");  // It counts itself every time.
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

std::size_t open_sockets() {
  std::size_t sockets = 0;
  for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // The iterator's own descriptor may be.
    const auto target = std::filesystem::read_symlink(open.path(), gone);
    sockets += target.string().starts_with("socket:") ? 1 : 0;
  }
  return sockets;
}

}  // namespace flatline::test
