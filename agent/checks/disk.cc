// Kind `disk` tells how much of the space and of the inodes of a path's file system is in use, in
// percent. It counts as df does: what is kept for root is neither used nor free. The value is the
// space. A file system that became read-only is a state of its own, and so is a path at which
// nothing is mounted that should be: else the file system below would be judged in its place.

#include <fmt/core.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cmath>
#include <string>

#include "agent/checks/blocking_check.h"
#include "agent/checks/kinds.h"
#include "agent/checks/mounts.h"
#include "agent/core/message.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

struct DiskLimits {
  std::string path;
  Thresholds space;
  Thresholds inodes;
  bool is_mount = false;  ///< Whether something must be mounted at the path.
  CheckState read_only = CheckState::kCritical;
};

double used_percent(double total, double free, double available) {
  const double used = total - free;
  return used + available > 0 ? 100 * used / (used + available) : 0;
}

struct Usage {
  double space = 0;
  double inodes = 0;
  double free_gibibytes = 0;
};

Usage usage_of(const struct statvfs& status) {
  const auto number = [](auto count) { return static_cast<double>(count); };
  constexpr double kBytesPerGibibyte = 1024.0 * 1024 * 1024;
  // File systems that make inodes as they need them report a total of 0, which counts as 0 % used.
  return {used_percent(number(status.f_blocks), number(status.f_bfree), number(status.f_bavail)),
          used_percent(number(status.f_files), number(status.f_ffree), number(status.f_favail)),
          number(status.f_bavail) * number(status.f_frsize) / kBytesPerGibibyte};
}

/// The numbers, first the one that is worse.
std::string numbers_text(const Usage& usage, bool inodes_first) {
  const std::string space =
      fmt::format("{:.1f} % used, {:.1f} GiB free", usage.space, usage.free_gibibytes);
  const std::string inodes = fmt::format("inodes {:.1f} % used", usage.inodes);
  return inodes_first ? inodes + ", " + space : space + ", " + inodes;
}

CheckResult measure(const DiskLimits& limits) {
  const auto fail = [&](int error) {
    return unknown_result(fmt::format("{}: {}", system_error_text(error), limits.path));
  };
  const MountState mount = mount_state_of(limits.path);
  if (mount.error != 0) return fail(mount.error);
  if (limits.is_mount && !mount.is_mount_root) {
    return {CheckState::kCritical, kNoValue, message_of("nothing is mounted at " + limits.path)};
  }
  struct statvfs status {};
  if (::statvfs(limits.path.c_str(), &status) != 0) return fail(errno);
  const Usage usage = usage_of(status);
  const CheckState space = limits.space.judge(usage.space);
  const CheckState inodes = limits.inodes.judge(usage.inodes);
  const CheckState numbers = worse(space, inodes);
  const CheckState read_only = mount.is_read_only ? limits.read_only : CheckState::kOk;
  const CheckState state = worse(numbers, read_only);
  std::string text =
      numbers_text(usage, inodes != CheckState::kOk && inodes == numbers && space != numbers);
  if (read_only != CheckState::kOk) {
    text = read_only == state ? "read-only, " + text : text + ", read-only";
  }
  return {state, static_cast<float>(usage.space),
          message_of(fmt::format("{}, on {}", text, limits.path))};
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
  limits.path = parameters.path({"path", "A path on the file system"}, "/");
  limits.space = parameters.thresholds("", "the space in use, in percent", "85", "95");
  limits.inodes = parameters.thresholds("inodes_", "the inodes in use, in percent", "85", "95");
  limits.is_mount = parameters.boolean(
      {"mount", "Whether something must be mounted at the path; else the check is critical"},
      false);
  limits.read_only = parameters.state(
      {"read_only", "The state when the file system is read-only: ok, warning, critical, unknown"},
      CheckState::kCritical);
  return std::make_unique<DiskCheck>(limits);
}

}  // namespace flatline
