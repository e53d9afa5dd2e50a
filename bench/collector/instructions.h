#pragma once

// Both halves of `instructions`: what runs under callgrind, and what starts it and judges.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace flatline::bench {

/// A fleet registers within four ticks; the first pages of its checks come in the next.
inline constexpr int kWarmUpTicks = 10;
/// Each of the simulated hosts' four checks has told its page twice: pages go round in eight ticks.
inline constexpr int kTicksPerPhase = 8;
/// Of the simulated fleet's scenario.
inline constexpr std::array<std::string_view, 11> kInstructionPhases = {
    "healthy",    "healthy",     "fail 1%", "fail 50%",  "fail 100%", "flap 50%",
    "silent 30%", "silent 100%", "healthy", "warn 100%", "flap 100%"};

struct InsideRun {
  std::uint32_t slots = 0;
  std::uint32_t hosts = 0;
  bool eventful = false;  ///< Else all are healthy in every phase.
};

/// Returns the exit code.
int run_inside(const InsideRun& run, const std::filesystem::path& folder);

}  // namespace flatline::bench
