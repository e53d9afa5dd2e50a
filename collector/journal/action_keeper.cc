#include "collector/journal/action_keeper.h"

#include <algorithm>
#include <array>

#include "schema/program/error.h"

namespace flatline {
namespace {

/// Takes all marks and calls `each(place, row)` for every row that was marked.
template <typename Row, typename Each>
void take_rows(DirtyTable<Row>& rows, Each&& each) {
  std::array<std::uint32_t, kRegistryBatch> places;
  for (std::size_t count; (count = rows.take_changed(places)) > 0;) {
    for (std::size_t i = 0; i < count; ++i) {
      Row row;
      if (!rows.read(places[i], row)) {
        for (std::size_t left = i; left < count; ++left) rows.mark_changed(places[left]);
        throw Failure("an action was written without a pause");
      }
      each(places[i], row);
    }
  }
}

template <typename Row>
void mark(DirtyTable<Row>& rows) {
  for (std::uint32_t place = 0; place < rows.size(); ++place) rows.mark_changed(place);
}

}  // namespace

void ActionKeeper::take() {
  take_rows(board_.recent, [&](std::uint32_t, const ActionRecord& action) {
    if (action.number != 0) taken_.recent.push_back(action);
  });
  take_rows(board_.bans, [&](std::uint32_t place, const Ban& ban) {
    taken_.bans.push_back({place, ban});
  });
  take_rows(board_.freeze, [&](std::uint32_t, const Freeze& freeze) { taken_.freeze = freeze; });
}

void ActionKeeper::stored() {
  for (const ActionRecord& action : taken_.recent) {
    stored_action_ = std::max(stored_action_, action.turn);
  }
  taken_ = {};
}

void ActionKeeper::put_back() {
  for (const ActionRecord& action : taken_.recent) {
    board_.recent.mark_changed(action_place(action.number));
  }
  for (const PlacedBan& placed : taken_.bans) board_.bans.mark_changed(placed.place);
  if (taken_.freeze) board_.freeze.mark_changed(0);
  taken_ = {};
}

void ActionKeeper::mark_all() {
  mark(board_.recent);
  mark(board_.bans);
  mark(board_.freeze);
  stored_action_ = 0;
}

}  // namespace flatline
