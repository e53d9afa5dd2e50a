#pragma once

// What a test and faulty_files.cc, which it preloads into a real program, say to each other: a file
// that both map. The test sets the plan while the program runs, and sees what came of it.

#include <array>
#include <atomic>
#include <cstdint>

namespace flatline::test {

/// What a program asks of its files.
/// kRename is whatever gives a file its name: link(), too.
enum class FileCall : std::uint32_t { kNone, kOpen, kRead, kWrite, kSync, kStat, kRename };

/// Becomes of such a call what the plan says.
struct FaultPlan {
  /// An errno value, or one of these.
  static constexpr std::int32_t kShort = -1;  ///< Half of the bytes are read or written.
  static constexpr std::int32_t kHang = -2;   ///< It does not return while the plan stands.
  static constexpr std::int32_t kFlip = -3;   ///< A bit is wrong.

  std::atomic<FileCall> call{FileCall::kNone};
  std::atomic<std::int32_t> fault{0};
  std::atomic<std::int32_t> granted{0};  ///< So many calls pass before.
  std::atomic<std::int32_t> times{0};    ///< So many calls meet with it.
  std::atomic<std::int32_t> met{0};      ///< So many have.
  std::atomic<std::int32_t> hanging{0};  ///< So many hang now.
  std::array<char, 128> name{};          ///< A part of the path; constant while `call` is set.
};

}  // namespace flatline::test
