// Kind `disk` tells how much of the space and of the inodes of a path's file system is in use, in
// percent. It counts as df does: what is kept for root is neither used nor free. The value is the
// space.

#include <fmt/core.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cmath>
#include <string>

#include "agent/checks/blocking_check.h"
#include "agent/checks/kinds.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

struct DiskLimits {
  std::string path;
  Thresholds space;
  Thresholds inodes;
};

double used_percent(double total, double free, double available) {
  const double used = total - free;
  return used + available > 0 ? 100 * used / (used + available) : 0;
}

CheckResult measure(const DiskLimits& limits) {
  struct statvfs status {};
  if (::statvfs(limits.path.c_str(), &status) != 0) {
    return unknown_result(fmt::format("{}: {}", limits.path, system_error_text(errno)));
  }
  const auto number = [](auto count) { return static_cast<double>(count); };
  const double space =
      used_percent(number(status.f_blocks), number(status.f_bfree), number(status.f_bavail));
  // File systems that make inodes as they need them report a total of 0, which counts as 0 % used.
  const double inodes =
      used_percent(number(status.f_files), number(status.f_ffree), number(status.f_favail));
  constexpr double kBytesPerGibibyte = 1024.0 * 1024 * 1024;
  const double free = number(status.f_bavail) * number(status.f_frsize) / kBytesPerGibibyte;
  return {worse(limits.space.judge(space), limits.inodes.judge(inodes)), static_cast<float>(space),
          Message{fmt::format("{:.1f} % used, {:.1f} GiB free, inodes {:.1f} % used, on {}", space,
                              free, inodes, limits.path)}};
}

class DiskCheck : public BlockingCheck {
 public:
  explicit DiskCheck(const DiskLimits& limits)
      : BlockingCheck([limits] { return measure(limits); }) {}

  /// A disk that does not answer is of no use to anybody.
  [[nodiscard]] CheckState timeout_state() const override { return CheckState::kCritical; }
};

}  // namespace

std::unique_ptr<Check> make_disk(CheckParameters& parameters) {
  DiskLimits limits;
  limits.path = parameters.path("path", "/");
  limits.space = parameters.thresholds("", "85", "95");
  limits.inodes = parameters.thresholds("inodes_", "85", "95");
  return std::make_unique<DiskCheck>(limits);
}

}  // namespace flatline
