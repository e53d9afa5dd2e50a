#include "collector/fleet/ban_table.h"

namespace flatline {
namespace {

bool holds_nothing(const Ban& ban) {
  return ban.tombstoned == 0 && ban.revoked_below == 0;
}

}  // namespace

BanTable::BanTable(DirtyTable<Ban>& board)
    : board_(board), index_(board.size()), free_(board.size()), bans_(board.size()) {}

const Ban* BanTable::find(AgentId agent) const {
  const auto place = index_.find(agent);
  return place ? &bans_[*place] : nullptr;
}

/// `by` is 1, or its two's complement to count one less: unsigned sums wrap around.
void BanTable::count(const Ban& ban, std::uint32_t by) {
  if (ban.tombstoned != 0) tombstones_ += by;
  if (ban.revoked_below != 0) revocations_ += by;
}

std::optional<std::uint32_t> BanTable::set(const Ban& ban) {
  auto place = index_.find(ban.agent_id);
  if (!place) {
    if (free_.empty()) return std::nullopt;
    place = free_.oldest();
    free_.take(*place);
    index_.insert(ban.agent_id, *place);
  }
  constexpr std::uint32_t kOneLess = ~std::uint32_t{0};
  count(bans_[*place], kOneLess);
  count(ban, 1);
  bans_[*place] = ban;
  if (holds_nothing(ban)) {
    bans_[*place] = Ban{};
    index_.erase(ban.agent_id);
    free_.put(*place);
  }
  board_.write(*place, bans_[*place]);
  return place;
}

bool BanTable::restore(std::uint32_t place, const Ban& ban) {
  if (place >= bans_.size() || ban.agent_id == AgentId::kNone || holds_nothing(ban) ||
      bans_[place].agent_id != AgentId::kNone || index_.find(ban.agent_id)) {
    return false;
  }
  free_.take(place);
  index_.insert(ban.agent_id, place);
  bans_[place] = ban;
  count(ban, 1);
  board_.restore(place, ban);
  return true;
}

Outcome judge_credential(const Ban* ban, std::uint16_t generation) {
  if (ban == nullptr) return Outcome::kAccepted;
  if (generation < ban->revoked_below) return Outcome::kRevoked;
  if (ban->tombstoned != 0 && generation <= ban->tombstone_generation) {
    return Outcome::kTombstoned;
  }
  return Outcome::kAccepted;
}

}  // namespace flatline
