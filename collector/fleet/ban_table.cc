#include "collector/fleet/ban_table.h"

namespace flatline {
namespace {

bool holds_nothing(const StandingOrder& order) {
  return order.tombstoned == 0 && order.revoked_below == 0;
}

}  // namespace

StandingOrders::StandingOrders(MarkedRows<StandingOrder>& board)
    : board_(board), index_(board.size()), free_(board.size()), orders_(board.size()) {}

const StandingOrder* StandingOrders::find(AgentId agent) const {
  const auto place = index_.find(agent);
  return place ? &orders_[*place] : nullptr;
}

/// Counts wrap around: taking one away is adding its complement.
void StandingOrders::count(const StandingOrder& order, std::uint32_t by) {
  if (order.tombstoned != 0) tombstones_ += by;
  if (order.revoked_below != 0) revocations_ += by;
}

std::optional<std::uint32_t> StandingOrders::set(const StandingOrder& order) {
  auto place = index_.find(order.agent_id);
  if (!place) {
    if (free_.empty()) return std::nullopt;
    place = free_.oldest();
    free_.take(*place);
    index_.insert(order.agent_id, *place);
  }
  constexpr std::uint32_t kOneLess = ~std::uint32_t{0};
  count(orders_[*place], kOneLess);
  count(order, 1);
  orders_[*place] = order;
  if (holds_nothing(order)) {
    orders_[*place] = StandingOrder{};
    index_.erase(order.agent_id);
    free_.put(*place);
  }
  board_.write(*place, orders_[*place]);
  return place;
}

bool StandingOrders::restore(std::uint32_t place, const StandingOrder& order) {
  if (place >= orders_.size() || order.agent_id == AgentId::kNone || holds_nothing(order) ||
      orders_[place].agent_id != AgentId::kNone || index_.find(order.agent_id)) {
    return false;
  }
  free_.take(place);
  index_.insert(order.agent_id, place);
  orders_[place] = order;
  count(order, 1);
  board_.restore(place, order);
  return true;
}

Outcome judge_credential(const StandingOrder* order, std::uint16_t generation) {
  if (order == nullptr) return Outcome::kAccepted;
  if (generation < order->revoked_below) return Outcome::kRevoked;
  if (order->tombstoned != 0 && generation <= order->tombstone_generation) {
    return Outcome::kTombstoned;
  }
  return Outcome::kAccepted;
}

}  // namespace flatline
