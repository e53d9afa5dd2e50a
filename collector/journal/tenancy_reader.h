#pragma once

// Reads who had which slot when, which an old bitmap cannot do without. Any thread may use one
// beside the registry's writer: it is a connection of its own, made for one question.

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/cause_name.h"
#include "collector/view/group_tenancy.h"
#include "collector/view/tenancy.h"

namespace flatline {

class TenancyReader {
 public:
  /// Throws Failure if the registry in `folder` is another version's, and SqliteError, as every
  /// function here does.
  explicit TenancyReader(const std::filesystem::path& folder);

  /// Fills in who had the slots from `first` on at `time`, by the wall clock of then, and leaves
  /// the other places as they are. It fills in no names, because whole fleets are compared by ids;
  /// name_of() tells them.
  void fill_holders(WallTime time, std::uint32_t first, std::span<AgentId> holders);
  /// The agent's name, or empty if none of its tenancies is remembered.
  [[nodiscard]] HostName name_of(AgentId agent);
  /// Which checks' names had which places among the causes, the oldest first.
  [[nodiscard]] std::vector<PlacedCause> cause_names();
  /// All tenancies of one host, sorted by time.
  [[nodiscard]] std::vector<Tenancy> of(AgentId agent);
  /// Which values had which places among the groups, the oldest first.
  [[nodiscard]] std::vector<GroupTenancy> group_tenancies();
  /// Some tenancies that ended before this moment are forgotten, the oldest first. Later ones are
  /// all remembered.
  [[nodiscard]] WallTime forgotten_until();

 private:
  std::filesystem::path file_;
  Database database_;
  std::unique_ptr<Statement> name_of_;
};

}  // namespace flatline
