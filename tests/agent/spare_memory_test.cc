#include "agent/spare_memory.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

namespace flatline {
namespace {

struct Mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  std::size_t resident_bytes = 0;
};

/// The mapping of this process that holds `address`, by /proc/self/smaps.
Mapping mapping_of(std::uintptr_t address) {
  std::ifstream smaps("/proc/self/smaps");
  Mapping mapping;
  for (std::string line; std::getline(smaps, line);) {
    const std::size_t dash = line.find('-');
    if (dash != std::string::npos && dash < line.find(' ')) {
      mapping.begin = std::stoull(line, nullptr, 16);
      mapping.end = std::stoull(line.substr(dash + 1), nullptr, 16);
    } else if (line.starts_with("Rss:") && address >= mapping.begin && address < mapping.end) {
      mapping.resident_bytes = 1024 * std::stoul(line.substr(4));
      return mapping;
    }
  }
  return {};
}

TEST_CASE("code that was used once is given back, and comes again when it is needed") {
  const auto code = reinterpret_cast<std::uintptr_t>(&give_back_spare_memory);
  const Mapping before = mapping_of(code);
  const std::size_t size = before.end - before.begin;
  REQUIRE(size > 0);
  volatile char byte = 0;
  constexpr std::size_t kSmallestPage = 4096;
  for (std::size_t at = 0; at < size; at += kSmallestPage) {
    byte = *reinterpret_cast<const char*>(before.begin + at);
  }
  REQUIRE(mapping_of(code).resident_bytes == size);
  give_back_spare_memory();
  const std::size_t after = mapping_of(code).resident_bytes;
  CHECK(after > 0);
  CHECK(after < size / 2);
  (void)byte;
}

}  // namespace
}  // namespace flatline
