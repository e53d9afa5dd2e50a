#include "collector/journal/tenure_reader.h"

#include "collector/journal/data_folder.h"
#include "collector/journal/registry_schema.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// A live tenancy has no end; 2^63 - 1 sorts and compares behind every one that has.
constexpr const char* kBetween =
    "SELECT slot, agent_id, name, from_unix_ms, to_unix_ms FROM past_tenancy"
    " WHERE from_unix_ms <= ?2 AND to_unix_ms > ?1"
    " UNION ALL SELECT slot, agent_id, name, registered_unix_ms, 9223372036854775807 FROM tenancy"
    " WHERE registered_unix_ms <= ?2 ORDER BY 1, 4";
constexpr const char* kOf =
    "SELECT slot, agent_id, name, from_unix_ms, to_unix_ms FROM past_tenancy WHERE agent_id = ?1"
    " UNION ALL SELECT slot, agent_id, name, registered_unix_ms, 9223372036854775807 FROM tenancy"
    " WHERE agent_id = ?1 ORDER BY 4";

std::vector<Tenure> read(Statement& select) {
  std::vector<Tenure> tenures;
  while (select.step()) {
    tenures.push_back({static_cast<std::uint32_t>(select.number(0)),
                       AgentId{static_cast<std::uint64_t>(select.number(1))},
                       HostName{select.text(2)}, WallTime{Milliseconds{select.number(3)}},
                       WallTime{Milliseconds{select.number(4)}}});
  }
  return tenures;
}

}  // namespace

TenureReader::TenureReader(const std::filesystem::path& folder)
    : file_(folder / kRegistryFile),
      database_(file_, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kReadOnly) {
  require_registry_version(database_, file_);
}

std::vector<Tenure> TenureReader::between(WallTime from, WallTime to) {
  Statement select(database_, kBetween);
  select.bind(1, from.time_since_epoch().count());
  select.bind(2, to.time_since_epoch().count());
  return read(select);
}

std::vector<Tenure> TenureReader::of(AgentId agent) {
  Statement select(database_, kOf);
  select.bind(1, static_cast<std::int64_t>(agent));
  return read(select);
}

}  // namespace flatline
