#pragma once

// Who had which slot when, for reading an old bitmap: by any thread, beside the registry's writer,
// on a connection of its own that is made for one question.

#include <filesystem>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/tenancy.h"

namespace flatline {

class TenureReader {
 public:
  /// Throws Failure: no registry in `folder`, or of another version; SqliteError, as everything
  /// here does.
  explicit TenureReader(const std::filesystem::path& folder);

  /// All that overlap [from, to], by slot and then by time; with `from` = `to` that is at most one
  /// a slot. What the collector kept: the oldest are forgotten first.
  [[nodiscard]] std::vector<Tenure> between(WallTime from, WallTime to);
  /// All of one host, by time.
  [[nodiscard]] std::vector<Tenure> of(AgentId agent);

 private:
  std::filesystem::path file_;
  Database database_;
};

}  // namespace flatline
