#include "collector/journal/tenancy_reader.h"

#include "collector/journal/cause_table.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/group_tenancies.h"
#include "collector/journal/registry_schema.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// Past tenancies are read in the order in which they ended, and living ones after them. Where a
/// clock that was set makes two tenancies of one slot overlap, the later one is right, and
/// overwrites the other.
constexpr const char* kPastHolders =
    "SELECT slot, agent_id FROM past_tenancy"
    " WHERE from_unix_ms <= ?1 AND to_unix_ms > ?1 AND slot BETWEEN ?2 AND ?3 ORDER BY id";
constexpr const char* kLivingHolders =
    "SELECT slot, agent_id FROM tenancy"
    " WHERE registered_unix_ms <= ?1 AND slot BETWEEN ?2 AND ?3";
/// The name follows from the agent id, so any row of the agent will do.
constexpr const char* kNameOf =
    "SELECT name FROM tenancy WHERE agent_id = ?1"
    " UNION ALL SELECT name FROM past_tenancy WHERE agent_id = ?1 LIMIT 1";
/// A living tenancy has no end; 2^63 - 1 sorts and compares behind every one that has.
constexpr const char* kOf =
    "SELECT slot, agent_id, name, from_unix_ms, to_unix_ms FROM past_tenancy WHERE agent_id = ?1"
    " UNION ALL SELECT slot, agent_id, name, registered_unix_ms, 9223372036854775807 FROM tenancy"
    " WHERE agent_id = ?1 ORDER BY 4";

std::vector<Tenancy> read(Statement& select) {
  std::vector<Tenancy> tenancies;
  while (select.step()) {
    tenancies.push_back({static_cast<std::uint32_t>(select.number(0)),
                         AgentId{static_cast<std::uint64_t>(select.number(1))},
                         HostName{select.text(2)}, WallTime{Milliseconds{select.number(3)}},
                         WallTime{Milliseconds{select.number(4)}}});
  }
  return tenancies;
}

}  // namespace

TenancyReader::TenancyReader(const std::filesystem::path& folder)
    : file_(folder / kRegistryFile),
      database_(file_, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kReadOnly) {
  require_registry_version(database_, file_);
  name_of_ = std::make_unique<Statement>(database_, kNameOf);
}

void TenancyReader::fill_holders(WallTime time, std::uint32_t first, std::span<AgentId> holders) {
  if (holders.empty()) return;
  for (const char* sql : {kPastHolders, kLivingHolders}) {
    Statement select(database_, sql);
    select.bind(1, time.time_since_epoch().count());
    select.bind(2, std::int64_t{first});
    select.bind(3, static_cast<std::int64_t>(first + holders.size() - 1));
    while (select.step()) {
      holders[static_cast<std::size_t>(select.number(0)) - first] =
          AgentId{static_cast<std::uint64_t>(select.number(1))};
    }
  }
}

HostName TenancyReader::name_of(AgentId agent) {
  name_of_->bind(1, static_cast<std::int64_t>(agent));
  HostName name;
  while (name_of_->step()) name = HostName{name_of_->text(0)};
  return name;
}

std::vector<PlacedCause> TenancyReader::cause_names() {
  return read_cause_names(database_);
}

/// Ids count from 1, and the oldest tenancies are forgotten first. So while a row has id 1, none is
/// forgotten.
WallTime TenancyReader::forgotten_until() {
  Statement select(database_, "SELECT id, to_unix_ms FROM past_tenancy ORDER BY id LIMIT 1");
  if (!select.step() || select.number(0) == 1) return WallTime{};
  return WallTime{Milliseconds{select.number(1)}};
}

std::vector<GroupTenancy> TenancyReader::group_tenancies() {
  return read_group_tenancies(database_);
}

std::vector<Tenancy> TenancyReader::of(AgentId agent) {
  Statement select(database_, kOf);
  select.bind(1, static_cast<std::int64_t>(agent));
  return read(select);
}

}  // namespace flatline
