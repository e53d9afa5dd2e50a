// Kind `load` tells the load averages of the last 1, 5 and 15 minutes, divided by the number of
// processors, so that one threshold fits machines of every size. The value is the first one.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/checks/kinds.h"
#include "agent/core/message.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

constexpr std::array kMinutes = {1, 5, 15};

using LoadLimits = std::array<Thresholds, kMinutes.size()>;

class LoadCheck : public InstantCheck {
 public:
  explicit LoadCheck(const LoadLimits& limits) : limits_(limits) {}

 private:
  CheckResult measure() override {
    std::array<char, 128> buffer{};
    const auto text = read_small_file("/proc/loadavg", std::span{buffer}.first(buffer.size() - 1));
    std::array<double, kMinutes.size()> averages{};
    if (text.data() == nullptr ||
        std::sscanf(text.data(), "%lf %lf %lf", &averages[0], &averages[1], &averages[2]) != 3) {
      return unknown_result("/proc/loadavg cannot be read");
    }
    const long processors = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
    const auto each = [&](std::size_t i) { return averages[i] / static_cast<double>(processors); };
    CheckState state = limits_[0].judge(each(0));
    std::size_t worst = 0;
    for (std::size_t i = 1; i < kMinutes.size(); ++i) {
      const CheckState other = limits_[i].judge(each(i));
      if (worse(state, other) == state) continue;
      state = other;
      worst = i;
    }
    return {state, static_cast<float>(each(0)),
            message_of(fmt::format("{:.2f} a processor over {} min ({:.2f} {:.2f} {:.2f} on {})",
                                   each(worst), kMinutes[worst], averages[0], averages[1],
                                   averages[2], processors))};
  }

  LoadLimits limits_;
};

}  // namespace

std::unique_ptr<Check> make_load(CheckParameters& parameters) {
  return std::make_unique<LoadCheck>(LoadLimits{
      parameters.thresholds("", "the load of the last minute, a processor", "2", "4"),
      parameters.thresholds("five_", "the load of the last 5 minutes, a processor", "", ""),
      parameters.thresholds("fifteen_", "the load of the last 15 minutes, a processor", "", "")});
}

}  // namespace flatline
