#include "tests/collector/journal/views.h"

#include <vector>

#include "collector/view/slot_bytes.h"

namespace flatline::test {
namespace {

constexpr std::uint8_t kReportingHost =
    plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown) | plane_bit(Plane::kReporting);

}  // namespace

void Ticker::set(const std::function<std::uint8_t(std::uint32_t slot)>& planes) {
  std::vector<std::uint8_t> bytes(board.capacity());
  for (std::uint32_t slot = 0; slot < bytes.size(); ++slot) bytes[slot] = planes(slot);
  from_slot_bytes(bytes, view);
  board.publish(view);
}

void Ticker::pass(Milliseconds later) {
  view.head.time += later;
  view.head.at += later;
  publish();
}

void Ticker::publish() {
  if (view.head.tick == 0) {
    view.head.time = kFirstWall;
    view.head.at = kFirstInstant;
  }
  ++view.head.tick;
  view.head.generation = (std::uint64_t{7} << 32) + view.head.tick;
  board.publish(view);
}

std::uint8_t healthy_planes() {
  return kReportingHost | plane_bit(Plane::kHealthy);
}
std::uint8_t failing_planes() {
  return kReportingHost;
}
std::uint8_t silent_planes() {
  return plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
}

}  // namespace flatline::test
