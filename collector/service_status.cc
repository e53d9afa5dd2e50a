#include "collector/service_status.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/program/clock.h"
#include "schema/program/status_line.h"
#include "schema/service_limits.h"

namespace flatline {
namespace {

std::size_t groups_below(const GroupTable& groups) {
  std::size_t below = 0;
  for (const KeyGroups& key : groups.keys) {
    below += std::ranges::count_if(key.places, [](const Group& group) {
      return (group.flags & flag_bit(GroupFlag::kBelow)) != 0;
    });
  }
  return below;
}

}  // namespace

std::string_view service_status(const ViewHead& head, std::size_t below, std::span<char> room) {
  const Counts& counts = head.counts;
  StatusLine line(room);
  line.add("hosts={} healthy={} failing={} silent={} unknown={}", counts.hosts, counts.healthy,
           counts.failing, counts.silent, counts.unknown);
  if (counts.expected > 0) line.add(" expected={}", counts.expected);
  if (counts.missing > 0) line.add(" missing={}", counts.missing);
  if (below > 0) line.add(" below={}", below);
  const char* before = " flags=";
  for (std::size_t i = 0; i < kFlags; ++i) {
    if ((head.flags >> i & 1) == 0) continue;
    line.add("{}{}", std::exchange(before, ","), kFlagNames[i]);
  }
  return line.text();
}

ServiceBeat::ServiceBeat(std::shared_ptr<ServiceManager> service, const ViewBoard& board,
                         Duration tick)
    : service_(std::move(service)), board_(board) {
  service_->expect_work_every(tick);
}

void ServiceBeat::tick_was_published() {
  const Instant now = monotonic_now();
  if (!service_->wants_beat(now) || !board_.read_groups(head_, groups_)) return;
  std::array<char, kServiceStatusBytes> room;
  service_->beat(now, service_status(head_, groups_below(groups_), room));
}

std::function<std::function<void()>()> told_reload(std::shared_ptr<ServiceManager> service,
                                                   std::function<std::function<void()>()> reload) {
  return [service = std::move(service), reload = std::move(reload)]() -> std::function<void()> {
    service->tell_reloading(monotonic_now());
    std::function<void()> take_over = reload();
    if (take_over) {
      return [service, take_over = std::move(take_over)] {
        take_over();
        service->tell_ready();
      };
    }
    service->tell_ready();
    return nullptr;
  };
}

}  // namespace flatline
