#include "collector/journal/cause_table.h"

#include "schema/limits.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// What none of ours can say is left out: a bit of it was flipped.
bool is_cause_name(const Statement& row) {
  return row.number(0) > 0 && row.number(0) < kCausePlaces && !row.text(1).empty() &&
         is_plain_utf8(row.text(1)) && row.number(2) >= 0 && row.number(3) >= 0;
}

/// A name that is stored as the newest of its place already is not stored again: the file may have
/// been opened anew.
constexpr const char* kAddCauseName =
    "INSERT INTO cause_name (place, name, start, tick, from_unix_ms)"
    " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS"
    " (SELECT 1 FROM cause_name WHERE id = (SELECT max(id) FROM cause_name WHERE place = ?1)"
    " AND name = ?2 AND start = ?3 AND tick = ?4)";
constexpr const char* kForgetCauseNames =
    "DELETE FROM cause_name WHERE id IN (SELECT id FROM cause_name WHERE id NOT IN"
    " (SELECT max(id) FROM cause_name GROUP BY place) ORDER BY id LIMIT ?1)";

}  // namespace

void store_cause_names(Database& database, std::span<const PlacedCause> names) {
  Statement add(database, kAddCauseName);
  for (const PlacedCause& placed : names) {
    add.bind(1, std::int64_t{placed.place});
    add.bind(2, placed.name.name.view());
    add.bind(3, static_cast<std::int64_t>(placed.name.start));
    add.bind(4, static_cast<std::int64_t>(placed.name.tick));
    add.bind(5, placed.name.from.time_since_epoch().count());
    add.step();
  }
  const std::int64_t count = database.number("SELECT count(*) FROM cause_name");
  if (count <= kCauseNamesKept) return;
  Statement forget(database, kForgetCauseNames);
  forget.bind(1, count - kCauseNamesKept);
  forget.step();
}

std::vector<PlacedCause> read_cause_names(Database& database) {
  std::vector<PlacedCause> names;
  Statement select(database,
                   "SELECT place, name, start, tick, from_unix_ms FROM cause_name ORDER BY id");
  while (select.step()) {
    if (!is_cause_name(select)) continue;
    names.push_back(
        {static_cast<std::uint32_t>(select.number(0)),
         {CheckName{select.text(1)}, static_cast<std::uint64_t>(select.number(2)),
          static_cast<std::uint64_t>(select.number(3)), WallTime{Milliseconds{select.number(4)}}}});
  }
  return names;
}

}  // namespace flatline
