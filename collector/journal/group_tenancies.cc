#include "collector/journal/group_tenancies.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "schema/wire/names.h"

namespace flatline {
namespace {

/// Stands for an end that is not there, in both columns: no time and no assignment is below zero
/// but for this one, kNoEnd as a signed number.
constexpr std::int64_t kOpen = -1;

std::int64_t to_number(std::uint64_t assignment) {
  return static_cast<std::int64_t>(assignment);
}

std::optional<GroupTenancy> read_row(const Statement& row) {
  const std::int64_t key = row.number(0);
  const std::int64_t place = row.number(2);
  const std::string label = fmt::format("{}={}", row.text(1), row.text(3));
  if (key < 0 || key >= static_cast<std::int64_t>(kGroupKeys) || place < 0 ||
      place >= static_cast<std::int64_t>(kGroupValues) || !is_labels(label)) {
    return std::nullopt;
  }
  GroupTenancy tenancy;
  tenancy.key_index = static_cast<std::uint32_t>(key);
  tenancy.key = LabelText{row.text(1)};
  tenancy.place = static_cast<std::uint32_t>(place);
  tenancy.value = LabelText{row.text(3)};
  tenancy.from = WallTime{Milliseconds{row.number(4)}};
  if (row.number(5) != kOpen) tenancy.to = WallTime{Milliseconds{row.number(5)}};
  tenancy.from_assignment = static_cast<std::uint64_t>(row.number(6));
  tenancy.to_assignment = static_cast<std::uint64_t>(row.number(7));
  return tenancy;
}

constexpr const char* kSelect =
    "SELECT key_index, key, place, value, from_unix_ms, to_unix_ms, from_assignment,"
    " to_assignment, id FROM group_tenancy ORDER BY id";

}  // namespace

GroupTenancies::GroupTenancies(Database& database)
    : database_(database),
      end_(database,
           "UPDATE group_tenancy SET to_unix_ms = max(from_unix_ms, ?2),"
           " to_assignment = ?3 WHERE id = ?1"),
      begin_(
          database,
          "INSERT INTO group_tenancy (id, key_index, key, place, value, from_unix_ms, to_unix_ms,"
          " from_assignment, to_assignment) VALUES (?1, ?2, ?3, ?4, ?5, ?6, -1, ?7, -1)"),
      forget_(database,
              "DELETE FROM group_tenancy WHERE id IN (SELECT id FROM group_tenancy"
              " WHERE to_unix_ms <> -1 ORDER BY id LIMIT ?1)"),
      count_(database.number("SELECT count(*) FROM group_tenancy")),
      last_row_(database.number("SELECT max(id) FROM group_tenancy")) {
  Statement select(database, kSelect);
  while (select.step()) {
    const auto tenancy = read_row(select);
    if (!tenancy || tenancy->to_assignment != GroupTenancy::kNoEnd) continue;
    holders_[tenancy->key_index][tenancy->place] = {tenancy->key, tenancy->value, select.number(8)};
  }
}

void GroupTenancies::store(const GroupTable& table, std::uint64_t confirmed, WallTime now) {
  Holders holders = holders_;
  const std::int64_t count_before = count_;
  const std::int64_t row_before = last_row_;
  try {
    Transaction transaction(database_);
    for (std::uint32_t key = 0; key < kGroupKeys; ++key) {
      for (std::uint32_t place = 0; place < kGroupValues; ++place) {
        Holder& holder = holders[key][place];
        const LabelText& value = table.keys[key].places[place].value;
        const Holder next{value.empty() ? LabelText{} : table.keys[key].key, value};
        if (holder.key == next.key && holder.value == next.value) continue;
        if (holder.row != 0) end(holder.row, confirmed, now);
        holder = next;
        if (!value.empty()) holder.row = begin(key, place, next, table.assignment, now);
      }
    }
    forget_oldest();
    transaction.commit();
  } catch (...) {
    count_ = count_before;
    last_row_ = row_before;
    throw;
  }
  holders_ = holders;
}

void GroupTenancies::end(std::int64_t row, std::uint64_t confirmed, WallTime now) {
  end_.bind(1, row);
  end_.bind(2, now.time_since_epoch().count());
  end_.bind(3, to_number(confirmed + 1));
  end_.step();
}

std::int64_t GroupTenancies::begin(std::uint32_t key_index, std::uint32_t place,
                                   const Holder& holder, std::uint64_t assignment, WallTime now) {
  begin_.bind(1, ++last_row_);
  begin_.bind(2, std::int64_t{key_index});
  begin_.bind(3, holder.key.view());
  begin_.bind(4, std::int64_t{place});
  begin_.bind(5, holder.value.view());
  begin_.bind(6, now.time_since_epoch().count());
  begin_.bind(7, to_number(assignment));
  begin_.step();
  ++count_;
  return last_row_;
}

/// Rows got their ids in the order in which they began. Those that have not ended stay.
void GroupTenancies::forget_oldest() {
  if (count_ <= std::int64_t{kGroupTenancies}) return;
  forget_.bind(1, count_ - std::int64_t{kGroupTenancies});
  forget_.step();
  count_ -= database_.changes();
}

std::vector<GroupTenancy> read_group_tenancies(Database& database) {
  std::vector<GroupTenancy> tenancies;
  Statement select(database, kSelect);
  while (select.step()) {
    if (auto tenancy = read_row(select)) tenancies.push_back(*tenancy);
  }
  return tenancies;
}

}  // namespace flatline
