#pragma once

// Who had which slot when, for reading an old bitmap: by any thread, beside the registry's writer,
// on a connection of its own that is made for one question.

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/tenancy.h"

namespace flatline {

class TenancyReader {
 public:
  /// Throws Failure: no registry in `folder`, or of another version; SqliteError, as everything
  /// here does.
  explicit TenancyReader(const std::filesystem::path& folder);

  /// Fills in who had the slots from `first` on at `time`, as the wall clock of then had it; leaves
  /// the others as they are. Names are left to name_of(): whole fleets are compared by ids.
  void fill_holders(WallTime time, std::uint32_t first, std::span<AgentId> holders);
  /// Empty: none of its tenancies is remembered.
  [[nodiscard]] HostName name_of(AgentId agent);
  /// All of one host, by time.
  [[nodiscard]] std::vector<Tenancy> of(AgentId agent);
  /// Of the tenancies that ended before this moment some are forgotten, the oldest first; of later
  /// ones none is.
  [[nodiscard]] WallTime forgotten_until();

 private:
  std::filesystem::path file_;
  Database database_;
  std::unique_ptr<Statement> name_of_;
};

}  // namespace flatline
