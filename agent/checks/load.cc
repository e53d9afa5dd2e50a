// Kind `load` tells the load average of the last minute, divided by the number of processors, so
// that one threshold fits machines of every size.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/checks/kinds.h"
#include "schema/program/error.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

class LoadCheck : public InstantCheck {
 public:
  explicit LoadCheck(const Thresholds& thresholds) : thresholds_(thresholds) {}

 private:
  CheckResult measure() override {
    std::array<char, 128> buffer{};
    const auto text = read_small_file("/proc/loadavg", std::span{buffer}.first(buffer.size() - 1));
    double one = 0;
    double five = 0;
    double fifteen = 0;
    if (text.data() == nullptr ||
        std::sscanf(text.data(), "%lf %lf %lf", &one, &five, &fifteen) != 3) {
      return unknown_result("/proc/loadavg cannot be read");
    }
    const long processors = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
    const double each = one / static_cast<double>(processors);
    return {thresholds_.judge(each), static_cast<float>(each),
            Message{fmt::format("{:.2f} a processor ({:.2f} {:.2f} {:.2f} on {})", each, one, five,
                                fifteen, processors)}};
  }

  Thresholds thresholds_;
};

}  // namespace

std::unique_ptr<Check> make_load(CheckParameters& parameters) {
  return std::make_unique<LoadCheck>(parameters.thresholds("", "2", "4"));
}

}  // namespace flatline
