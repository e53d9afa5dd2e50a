#pragma once

// A made-up fleet: rows and planes that a test writes as it likes, where readers find them.

#include <string_view>

#include "collector/fleet/check_names.h"
#include "collector/view/host_table.h"
#include "collector/view/view_board.h"
#include "schema/answers/planes.h"
#include "tests/harness/fleet_driver.h"

namespace flatline::test {

using namespace std::chrono_literals;

struct MadeFleet {
  explicit MadeFleet(std::uint32_t capacity)
      : host_table(capacity, 0),
        board(capacity),
        view(capacity),
        names(host_table, fixed_key().fleet) {
    view.head.at = Instant{2h};
    view.head.generation = 1;
  }

  static constexpr std::uint8_t kSilent = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
  static constexpr std::uint8_t kFailing = kSilent | plane_bit(Plane::kReporting);
  static constexpr std::uint8_t kHealthy = kFailing | plane_bit(Plane::kHealthy);

  /// A host that was heard just now.
  [[nodiscard]] HostRecord host(std::string_view labels = "") const {
    HostRecord record;
    record.labels = Labels{labels};
    record.registered = true;
    record.heard = true;
    record.heard_at = view.head.at;
    record.interval_ms = 1000;
    record.generation = 1;
    return record;
  }
  /// Gives a host a check, in its next free place.
  void add_check(HostRecord& record, std::string_view name, CheckState state) {
    std::size_t place = 0;
    while (record.states[place] != CheckState::kNone) ++place;
    record.states[place] = state;
    if (!name.empty()) record.check_names[place] = names.use(CheckName{name});
  }
  /// `planes` are those of a slot's byte, of which kConflict is not used here.
  void put(std::uint32_t slot, const HostRecord& record, std::uint8_t planes) {
    host_table.write(slot, record);
    for (std::size_t i = 0; i < kSlotPlanes; ++i) {
      std::uint64_t& word = view.planes[i][slot / 64];
      const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
      word = (planes >> i & 1) != 0 ? word | bit : word & ~bit;
    }
  }
  void publish() {
    ++view.head.tick;
    board.publish(view);
  }

  HostTable host_table;
  ViewBoard board;
  View view;
  CheckNames names;
};

}  // namespace flatline::test
