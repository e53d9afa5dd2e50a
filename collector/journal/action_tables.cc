#include "collector/journal/action_tables.h"

#include "collector/view/action_board.h"

namespace flatline {
namespace {

/// In the place of a tombstone's generation.
constexpr std::int64_t kNoTombstone = -1;

std::int64_t to_number(WallTime time) {
  return time.time_since_epoch().count();
}

WallTime to_time(std::int64_t number) {
  return WallTime{Milliseconds{number}};
}

bool is_generation(std::int64_t number) {
  return number >= 0 && number <= kMaxCredentialGeneration;
}

std::optional<PlacedOrder> read_order(const Statement& row) {
  const std::int64_t place = row.number(0);
  const std::int64_t below = row.number(3);
  const std::int64_t tombstone = row.number(4);
  if (place < 0 || place >= kStandingOrders || !is_generation(below) ||
      (tombstone != kNoTombstone && !is_generation(tombstone))) {
    return std::nullopt;
  }
  PlacedOrder placed{static_cast<std::uint32_t>(place), {}};
  StandingOrder& order = placed.order;
  order.agent_id = AgentId{static_cast<std::uint64_t>(row.number(1))};
  order.name = HostName{row.text(2)};
  order.revoked_below = static_cast<std::uint16_t>(below);
  order.tombstoned = tombstone != kNoTombstone ? 1 : 0;
  if (order.tombstoned != 0) order.tombstone_generation = static_cast<std::uint16_t>(tombstone);
  return placed;
}

std::optional<Action> read_action(const Statement& row) {
  const std::int64_t kind = row.number(1);
  if (row.number(0) < 1 || kind < 0 || kind >= static_cast<std::int64_t>(kLeverKinds) ||
      !is_generation(row.number(7))) {
    return std::nullopt;
  }
  Action action;
  action.number = static_cast<std::uint64_t>(row.number(0));
  action.at = to_time(row.number(2));
  action.until = to_time(row.number(3));
  action.place = static_cast<std::uint32_t>(row.number(5));
  action.changed = row.number(6) != 0 ? 1 : 0;
  Lever& lever = action.lever;
  lever.kind = static_cast<LeverKind>(kind);
  lever.length = Milliseconds{row.number(4)};
  lever.below = static_cast<std::uint16_t>(row.number(7));
  lever.agent_id = AgentId{static_cast<std::uint64_t>(row.number(8))};
  lever.host = HostName{row.text(9)};
  lever.key = IdempotencyKey{row.text(10)};
  lever.why = Why{row.text(11)};
  lever.by = By{row.text(12)};
  return action;
}

}  // namespace

LeverTable::LeverTable(Database& database)
    : database_(database),
      put_order_(database,
                 "INSERT OR REPLACE INTO standing_order"
                 " (place, agent_id, name, revoked_below, tombstone_generation)"
                 " VALUES (?1, ?2, ?3, ?4, ?5)"),
      remove_order_(database, "DELETE FROM standing_order WHERE place = ?1"),
      put_action_(database,
                  "INSERT OR REPLACE INTO action (place, number, kind, at_unix_ms, until_unix_ms,"
                  " length_ms, target, changed, below, agent_id, host, key, why, by)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"),
      put_freeze_(database,
                  "INSERT OR REPLACE INTO freeze (id, until_unix_ms, why, by)"
                  " VALUES (0, ?1, ?2, ?3)") {}

void LeverTable::store(const LeverRows& rows) {
  Transaction transaction(database_);
  for (const PlacedOrder& placed : rows.orders) put(placed);
  for (const Action& action : rows.actions) put(action);
  if (rows.freeze) {
    put_freeze_.bind(1, to_number(rows.freeze->until));
    put_freeze_.bind(2, rows.freeze->why.view());
    put_freeze_.bind(3, rows.freeze->by.view());
    put_freeze_.step();
  }
  transaction.commit();
}

void LeverTable::put(const PlacedOrder& placed) {
  const StandingOrder& order = placed.order;
  if (order.agent_id == AgentId::kNone) {
    remove_order_.bind(1, std::int64_t{placed.place});
    remove_order_.step();
    return;
  }
  put_order_.bind(1, std::int64_t{placed.place});
  put_order_.bind(2, static_cast<std::int64_t>(order.agent_id));
  put_order_.bind(3, order.name.view());
  put_order_.bind(4, std::int64_t{order.revoked_below});
  put_order_.bind(5,
                  order.tombstoned != 0 ? std::int64_t{order.tombstone_generation} : kNoTombstone);
  put_order_.step();
}

void LeverTable::put(const Action& action) {
  const Lever& lever = action.lever;
  put_action_.bind(1, std::int64_t{action_place(action.number)});
  put_action_.bind(2, static_cast<std::int64_t>(action.number));
  put_action_.bind(3, static_cast<std::int64_t>(lever.kind));
  put_action_.bind(4, to_number(action.at));
  put_action_.bind(5, to_number(action.until));
  put_action_.bind(6, lever.length.count());
  put_action_.bind(7, std::int64_t{action.place});
  put_action_.bind(8, std::int64_t{action.changed});
  put_action_.bind(9, std::int64_t{lever.below});
  put_action_.bind(10, static_cast<std::int64_t>(lever.agent_id));
  put_action_.bind(11, lever.host.view());
  put_action_.bind(12, lever.key.view());
  put_action_.bind(13, lever.why.view());
  put_action_.bind(14, lever.by.view());
  put_action_.step();
}

LeverRows LeverTable::read() {
  LeverRows rows;
  Statement orders(database_,
                   "SELECT place, agent_id, name, revoked_below, tombstone_generation"
                   " FROM standing_order ORDER BY place");
  while (orders.step()) {
    if (const auto order = read_order(orders)) rows.orders.push_back(*order);
  }
  Statement actions(database_,
                    "SELECT number, kind, at_unix_ms, until_unix_ms, length_ms, target, changed,"
                    " below, agent_id, host, key, why, by FROM action ORDER BY number");
  while (actions.step()) {
    if (const auto action = read_action(actions)) rows.actions.push_back(*action);
  }
  Statement freeze(database_, "SELECT until_unix_ms, why, by FROM freeze");
  while (freeze.step()) {
    rows.freeze = Freeze{to_time(freeze.number(0)), Why{freeze.text(1)}, By{freeze.text(2)}};
  }
  return rows;
}

}  // namespace flatline
