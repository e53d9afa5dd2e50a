#include "collector/api/slots_response.h"

#include <algorithm>
#include <limits>

#include "collector/view/cause_name.h"
#include "schema/answers/slots_answer.h"

namespace flatline {
namespace {

std::uint32_t to_ms(Duration duration) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const auto ms = std::chrono::duration_cast<Milliseconds>(duration).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 0, kMost));
}

}  // namespace

ApiResponse slots_response(const View& view, const PlaneWords* matches, Duration age, Duration tick,
                           const std::function<CheckName(std::uint8_t place)>& name_of) {
  SlotsAnswer answer;
  answer.header = {view.head.capacity, view.head.flags, view.head.tick, view.head.generation,
                   view.head.time,     to_ms(age),      to_ms(tick)};
  answer.words.reserve((kPlanes + 1) * view.head.capacity / 64);
  const auto append = [&](const PlaneWords& plane) {
    answer.words.insert(answer.words.end(), plane.begin(), plane.end());
  };
  for (const PlaneWords& plane : view.planes) append(plane);
  append(matches != nullptr ? *matches : view.plane(Plane::kRegistered));
  answer.causes = view.causes;
  answer.names.resize(kCausePlaces);
  for (std::uint32_t place = kNoCause + 1; place < kOtherCause; ++place) {
    answer.names[place] = name_of(static_cast<std::uint8_t>(place));
  }
  return {.type = "application/octet-stream", .body = encode_slots(answer)};
}

}  // namespace flatline
