#include "collector/api/render_census.h"

#include "collector/api/render.h"

namespace flatline {
namespace {

CheckCountAnswer render_check_count(const CheckCount& check) {
  return {std::string(check.name.view()),  check.total(),
          check.in(CheckState::kOk),       check.in(CheckState::kWarning),
          check.in(CheckState::kCritical), check.in(CheckState::kUnknown),
          check.in(CheckState::kPending)};
}

}  // namespace

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
