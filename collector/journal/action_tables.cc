#include "collector/journal/action_tables.h"

#include "collector/view/action_board.h"

namespace flatline {
namespace {

/// Stands in the column of a tombstone's generation where a ban has no tombstone.
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

std::optional<PlacedBan> read_ban(const Statement& row) {
  const std::int64_t place = row.number(0);
  const std::int64_t below = row.number(3);
  const std::int64_t tombstone = row.number(4);
  if (place < 0 || place >= kBans || !is_generation(below) ||
      (tombstone != kNoTombstone && !is_generation(tombstone))) {
    return std::nullopt;
  }
  PlacedBan placed{static_cast<std::uint32_t>(place), {}};
  Ban& ban = placed.ban;
  ban.agent_id = AgentId{static_cast<std::uint64_t>(row.number(1))};
  ban.name = HostName{row.text(2)};
  ban.revoked_below = static_cast<std::uint16_t>(below);
  ban.tombstoned = tombstone != kNoTombstone ? 1 : 0;
  if (ban.tombstoned != 0) ban.tombstone_generation = static_cast<std::uint16_t>(tombstone);
  return placed;
}

std::optional<ActionRecord> read_action(const Statement& row) {
  const std::int64_t kind = row.number(1);
  if (row.number(0) < 1 || kind < 0 || kind >= static_cast<std::int64_t>(kActionKinds) ||
      !is_generation(row.number(7))) {
    return std::nullopt;
  }
  ActionRecord action;
  action.number = static_cast<std::uint64_t>(row.number(0));
  action.at = to_time(row.number(2));
  action.until = to_time(row.number(3));
  action.place = static_cast<std::uint32_t>(row.number(5));
  action.changed = static_cast<std::uint32_t>(row.number(6));
  action.names = static_cast<std::uint32_t>(row.number(13));
  action.turn = action.number;
  ActionRequest& request = action.request;
  request.kind = static_cast<ActionKind>(kind);
  request.length = Milliseconds{row.number(4)};
  request.below = static_cast<std::uint16_t>(row.number(7));
  request.agent_id = AgentId{static_cast<std::uint64_t>(row.number(8))};
  request.host = HostName{row.text(9)};
  request.key = IdempotencyKey{row.text(10)};
  request.why = Why{row.text(11)};
  request.by = By{row.text(12)};
  request.until = to_time(row.number(14));
  request.part = static_cast<std::uint32_t>(row.number(15));
  request.names_hash = static_cast<std::uint64_t>(row.number(16));
  request.from = to_time(row.number(17));
  request.token_name = TokenName{row.text(18)};
  return action;
}

}  // namespace

ActionTables::ActionTables(Database& database)
    : database_(database),
      put_ban_(database,
               "INSERT OR REPLACE INTO standing_order"
               " (place, agent_id, name, revoked_below, tombstone_generation)"
               " VALUES (?1, ?2, ?3, ?4, ?5)"),
      remove_ban_(database, "DELETE FROM standing_order WHERE place = ?1"),
      put_action_(database,
                  "INSERT OR REPLACE INTO action (place, number, kind, at_unix_ms, until_unix_ms,"
                  " length_ms, target, changed, below, agent_id, host, key, why, by, names,"
                  " asked_until_unix_ms, part, names_hash, asked_from_unix_ms, token_name)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
                  " ?17, ?18, ?19, ?20)"),
      put_freeze_(database,
                  "INSERT OR REPLACE INTO freeze (id, until_unix_ms, why, by, token_name)"
                  " VALUES (0, ?1, ?2, ?3, ?4)") {}

void ActionTables::store(const ActionRows& rows) {
  Transaction transaction(database_);
  for (const PlacedBan& placed : rows.bans) put(placed);
  for (const ActionRecord& action : rows.recent) put(action);
  if (rows.freeze) {
    put_freeze_.bind(1, to_number(rows.freeze->until));
    put_freeze_.bind(2, rows.freeze->why.view());
    put_freeze_.bind(3, rows.freeze->by.view());
    put_freeze_.bind(4, rows.freeze->token_name.view());
    put_freeze_.step();
  }
  transaction.commit();
}

void ActionTables::put(const PlacedBan& placed) {
  const Ban& ban = placed.ban;
  if (ban.agent_id == AgentId::kNone) {
    remove_ban_.bind(1, std::int64_t{placed.place});
    remove_ban_.step();
    return;
  }
  put_ban_.bind(1, std::int64_t{placed.place});
  put_ban_.bind(2, static_cast<std::int64_t>(ban.agent_id));
  put_ban_.bind(3, ban.name.view());
  put_ban_.bind(4, std::int64_t{ban.revoked_below});
  put_ban_.bind(5, ban.tombstoned != 0 ? std::int64_t{ban.tombstone_generation} : kNoTombstone);
  put_ban_.step();
}

void ActionTables::put(const ActionRecord& action) {
  const ActionRequest& request = action.request;
  put_action_.bind(1, std::int64_t{action_place(action.number)});
  put_action_.bind(2, static_cast<std::int64_t>(action.number));
  put_action_.bind(3, static_cast<std::int64_t>(request.kind));
  put_action_.bind(4, to_number(action.at));
  put_action_.bind(5, to_number(action.until));
  put_action_.bind(6, request.length.count());
  put_action_.bind(7, std::int64_t{action.place});
  put_action_.bind(8, std::int64_t{action.changed});
  put_action_.bind(9, std::int64_t{request.below});
  put_action_.bind(10, static_cast<std::int64_t>(request.agent_id));
  put_action_.bind(11, request.host.view());
  put_action_.bind(12, request.key.view());
  put_action_.bind(13, request.why.view());
  put_action_.bind(14, request.by.view());
  put_action_.bind(15, std::int64_t{action.names});
  put_action_.bind(16, to_number(request.until));
  put_action_.bind(17, std::int64_t{request.part});
  put_action_.bind(18, static_cast<std::int64_t>(request.names_hash));
  put_action_.bind(19, to_number(request.from));
  put_action_.bind(20, request.token_name.view());
  put_action_.step();
}

ActionRows ActionTables::read() {
  ActionRows rows;
  Statement bans(database_,
                 "SELECT place, agent_id, name, revoked_below, tombstone_generation"
                 " FROM standing_order ORDER BY place");
  while (bans.step()) {
    if (const auto ban = read_ban(bans)) rows.bans.push_back(*ban);
  }
  Statement actions(database_,
                    "SELECT number, kind, at_unix_ms, until_unix_ms, length_ms, target, changed,"
                    " below, agent_id, host, key, why, by, names, asked_until_unix_ms, part,"
                    " names_hash, asked_from_unix_ms, token_name FROM action ORDER BY number");
  while (actions.step()) {
    if (const auto action = read_action(actions)) rows.recent.push_back(*action);
  }
  Statement freeze(database_, "SELECT until_unix_ms, why, by, token_name FROM freeze");
  while (freeze.step()) {
    rows.freeze = Freeze{to_time(freeze.number(0)), Why{freeze.text(1)}, By{freeze.text(2)},
                         TokenName{freeze.text(3)}};
  }
  return rows;
}

}  // namespace flatline
