#include "collector/api/render_census.h"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "collector/api/render.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

CheckCountAnswer render_check_count(const CheckCount& check) {
  return {std::string(check.name.view()),  check.total(),
          check.in(CheckState::kOk),       check.in(CheckState::kWarning),
          check.in(CheckState::kCritical), check.in(CheckState::kUnknown),
          check.in(CheckState::kPending)};
}

constexpr std::array<const char*, kAbouts> kAboutNames = {"failing", "silent", "changed"};
constexpr std::array<const char*, 6> kKindNames = {"label",   "agent", "config",
                                                   "address", "check", "moment"};

/// `all 214 failing`, `212 of 214 failing`.
std::string hosts_text(const Cause& cause) {
  constexpr std::array<const char*, kAbouts> kHosts = {"failing", "silent",
                                                       "that changed in the last 5 minutes"};
  static_assert(kChangedWithin == std::chrono::minutes{5});
  const char* const whom = kHosts[static_cast<std::size_t>(cause.about)];
  return cause.hosts == cause.of ? fmt::format("all {} {}", cause.of, whom)
                                 : fmt::format("{} of {} {}", cause.hosts, cause.of, whom);
}

std::string trait_text(const Cause& cause, double share) {
  std::string keys(cause.key.view());
  for (std::size_t i = 0; i < cause.twin_count; ++i) {
    keys += fmt::format(" and {}", cause.twins[i].view());
  }
  const double percent = 100 * share;
  return fmt::format("{} are {}, which is {} % of the fleet", hosts_text(cause), keys,
                     percent < 0.1 ? "under 0.1" : fmt::format("{:.1f}", percent));
}

/// The moment is told to the second, because a host is not heard at every moment.
CauseAnswer render_cause(const Cause& cause, const Moment& moment) {
  CauseAnswer answer;
  answer.about = kAboutNames[static_cast<std::size_t>(cause.about)];
  answer.kind = kKindNames[static_cast<std::size_t>(cause.kind)];
  answer.key = cause.key.view();
  for (std::size_t i = 0; i < cause.twin_count; ++i) {
    answer.also.emplace_back(cause.twins[i].view());
  }
  answer.hosts = cause.hosts;
  answer.of = cause.of;
  if (cause.is_trait()) {
    answer.fleet_share = 1.0 * cause.fleet_hosts / cause.fleet;
    answer.text = trait_text(cause, *answer.fleet_share);
  } else if (cause.kind == CauseKind::kCheck) {
    answer.text = fmt::format("{} fails on {}", answer.key, hosts_text(cause));
  } else {
    answer.seconds = cause.seconds;
    const auto ago = std::chrono::floor<Milliseconds>(moment.now - cause.since);
    answer.since = format_rfc3339(std::chrono::floor<std::chrono::seconds>(moment.wall - ago));
    answer.text =
        fmt::format("{} {} within {} s, from {}", hosts_text(cause),
                    cause.about == About::kSilent ? "fell silent" : "began to fail", cause.seconds,
                    answer.since.substr(0, std::string_view{"2026-11-30T01:02:03"}.size()) + "Z");
  }
  return answer;
}

}  // namespace

void render_causes(const Causes& causes, const Moment& moment, SummaryAnswer& answer) {
  if (causes.tick == 0) return;
  answer.causes_age_seconds = age_seconds(causes.at, moment.now);
  answer.labels_uncounted = causes.labels_refused;
  for (std::uint32_t i = 0; i < causes.count; ++i) {
    answer.causes.push_back(render_cause(causes.causes[i], moment));
  }
}

CheckPageAnswer render_checks(const CheckCounts& counts, std::string_view after,
                              std::uint32_t limit, Instant now) {
  CheckPageAnswer page;
  page.total = counts.counted;
  page.other_names = counts.names - counts.counted;
  if (counts.tick > 0) page.age_seconds = age_seconds(counts.at, now);
  if (counts.other.total() > 0) page.other = render_check_count(counts.other);
  for (std::uint32_t i = 0; i < counts.counted; ++i) {
    const CheckCount& check = counts.checks[i];
    if (!after.empty() && check.name.view() <= after) continue;
    if (page.checks.size() == limit) {
      page.next = page.checks.back().name;
      break;
    }
    page.checks.push_back(render_check_count(check));
  }
  return page;
}

}  // namespace flatline
