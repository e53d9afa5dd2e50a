#include "collector/journal/action_keeper.h"

#include <algorithm>
#include <array>

#include "schema/program/error.h"

namespace flatline {
namespace {

/// Calls `each(place, row)` for every row that is marked.
template <typename Row, typename Each>
void take_rows(MarkedRows<Row>& rows, Each&& each) {
  std::array<std::uint32_t, kRegistryBatch> places;
  for (std::size_t count; (count = rows.take_changed(places)) > 0;) {
    for (std::size_t i = 0; i < count; ++i) {
      Row row;
      if (!rows.read(places[i], row)) {
        for (std::size_t left = i; left < count; ++left) rows.mark_changed(places[left]);
        throw Failure("a lever was written without a pause");
      }
      each(places[i], row);
    }
  }
}

template <typename Row>
void mark(MarkedRows<Row>& rows) {
  for (std::uint32_t place = 0; place < rows.size(); ++place) rows.mark_changed(place);
}

}  // namespace

void LeverKeeper::take() {
  take_rows(board_.actions, [&](std::uint32_t, const Action& action) {
    if (action.number != 0) taken_.actions.push_back(action);
  });
  take_rows(board_.orders, [&](std::uint32_t place, const StandingOrder& order) {
    taken_.orders.push_back({place, order});
  });
  take_rows(board_.freeze, [&](std::uint32_t, const Freeze& freeze) { taken_.freeze = freeze; });
}

void LeverKeeper::stored() {
  for (const Action& action : taken_.actions) {
    stored_action_ = std::max(stored_action_, action.number);
  }
  taken_ = {};
}

void LeverKeeper::put_back() {
  for (const Action& action : taken_.actions) {
    board_.actions.mark_changed(action_place(action.number));
  }
  for (const PlacedOrder& placed : taken_.orders) board_.orders.mark_changed(placed.place);
  if (taken_.freeze) board_.freeze.mark_changed(0);
  taken_ = {};
}

void LeverKeeper::mark_all() {
  mark(board_.actions);
  mark(board_.orders);
  mark(board_.freeze);
  stored_action_ = 0;
}

}  // namespace flatline
