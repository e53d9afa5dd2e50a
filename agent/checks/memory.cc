// Kind `memory` tells how much of the memory is in use, in percent. What the kernel can give back
// at once (MemAvailable) is not in use. Where a control group allows less than the machine has, as
// that of a container does, its limit counts.

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "agent/checks/control_group.h"
#include "agent/checks/kinds.h"
#include "agent/core/message.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

/// Reads the number of a field: 16303772 of `MemTotal:       16303772 kB`.
std::optional<double> kibibytes(std::string_view text, std::string_view field) {
  const auto place = text.find(field);
  if (place == std::string_view::npos) return std::nullopt;
  text.remove_prefix(place + field.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return static_cast<double>(number);
}

class MemoryCheck : public InstantCheck {
 public:
  explicit MemoryCheck(const Thresholds& thresholds) : thresholds_(thresholds) {}

 private:
  CheckResult measure() override {
    // The two fields are among the first three lines.
    std::array<char, 512> buffer{};
    const auto text = read_small_file("/proc/meminfo", buffer);
    const auto total = kibibytes(text, "MemTotal:");
    const auto available = kibibytes(text, "MemAvailable:");
    if (!total || !available || *total <= 0) {
      return unknown_result("/proc/meminfo does not tell MemTotal and MemAvailable");
    }
    constexpr double kBytesPerKibibyte = 1024;
    std::array<char, 4096> groups{};
    const auto group = group_memory("/sys/fs/cgroup", read_small_file("/proc/self/cgroup", groups),
                                    *total * kBytesPerKibibyte);
    if (!group) return judge(*total - *available, *total, "");
    return judge(group->used_bytes / kBytesPerKibibyte, group->limit_bytes / kBytesPerKibibyte,
                 ", the limit of the control group");
  }

  CheckResult judge(double used_kibibytes, double of_kibibytes, std::string_view what) const {
    constexpr double kKibibytesPerGibibyte = 1024 * 1024;
    const double used = 100 * used_kibibytes / of_kibibytes;
    const double all = of_kibibytes / kKibibytesPerGibibyte;
    return {thresholds_.judge(used), static_cast<float>(used),
            message_of(
                fmt::format("{:.1f} % of {:.{}f} GiB used{}", used, all, all < 1 ? 3 : 1, what))};
  }

  Thresholds thresholds_;
};

}  // namespace

std::unique_ptr<Check> make_memory(CheckParameters& parameters) {
  return std::make_unique<MemoryCheck>(
      parameters.thresholds("", "the memory in use, in percent", "90", "95"));
}

}  // namespace flatline
