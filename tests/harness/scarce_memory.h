#pragma once

// A machine without memory: while one of these lives, operator new fails in every thread but the
// one that made it. What C libraries take by malloc() they still get. Linking it replaces operator
// new for the whole program.

#include <cstddef>

namespace flatline::test {

class ScarceMemory {
 public:
  /// Lets `granted` allocations pass; then `refused` fail, and what follows passes again.
  explicit ScarceMemory(std::size_t granted, std::size_t refused = kAll);
  ~ScarceMemory();
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;

  /// Whether any was refused yet.
  [[nodiscard]] bool has_refused() const;

 private:
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1) / 2;
};

}  // namespace flatline::test
