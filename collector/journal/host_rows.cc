#include "collector/journal/host_rows.h"

#include <optional>

#include "schema/limits.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

/// Whether we can have stored this time. None is before 1970, or beyond the highest number of a
/// start, which is in seconds.
bool is_time(std::int64_t unix_ms) {
  return unix_ms >= 0 && unix_ms <= std::int64_t{kMaxStartNumber} * 1000;
}

/// Today's wall clock is no bound for the times in a row, because it may have been set since.
/// Labels that make no sense are left out alone: the host says them again.
std::optional<RestoredHost> read_tenancy(const Statement& row) {
  const std::int64_t slot = row.number(0);
  const Milliseconds interval{row.number(4)};
  if (slot < 0 || slot >= kMaxCapacity || row.number(1) == 0 || !is_host_name(row.text(2)) ||
      interval < kMinInterval || interval > kMaxInterval) {
    return std::nullopt;
  }
  for (const int column : {3, 5, 6, 9}) {
    if (!is_time(row.number(column))) return std::nullopt;
  }
  return RestoredHost{static_cast<std::uint32_t>(slot),
                      AgentId{static_cast<std::uint64_t>(row.number(1))},
                      HostName{row.text(2)},
                      WallTime{Milliseconds{row.number(3)}},
                      interval,
                      {},
                      WallTime{Milliseconds{row.number(5)}},
                      WallTime{Milliseconds{row.number(6)}},
                      row.number(7) != 0,
                      {},
                      is_labels(row.text(8)) ? Labels{row.text(8)} : Labels{},
                      WallTime{Milliseconds{row.number(9)}}};
}

}  // namespace

HostRows read_host_rows(Database& database) {
  HostRows rows;
  Statement select(database,
                   "SELECT slot, agent_id, name, registered_unix_ms, interval_ms,"
                   " drained_until_unix_ms, reset_unix_ms, awaited, labels, drained_from_unix_ms"
                   " FROM tenancy ORDER BY slot");
  while (select.step()) {
    if (const auto tenancy = read_tenancy(select)) {
      rows.tenancies.push_back(*tenancy);
    } else {
      ++rows.unsound;
    }
  }
  return rows;
}

}  // namespace flatline
