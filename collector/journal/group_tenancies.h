#pragma once

// The registry's table of which value had which place in the table of groups, and when. It holds a
// row for every value that has a place, and of those that had one the newest, kGroupTenancies in
// all.

#include <array>
#include <cstdint>
#include <vector>

#include "collector/journal/sqlite.h"
#include "collector/view/group_tenancy.h"

namespace flatline {

class GroupTenancies {
 public:
  /// The table must exist (registry_schema.h). Reads which values have which place by the file.
  explicit GroupTenancies(Database& database);

  /// Makes the file say who has which place as of `table`, which was made at `now`: all of it, or
  /// nothing if it throws. What ended since the last time ended with `confirmed`, the assignment of
  /// then: of the tables between, nobody can say what they held.
  void store(const GroupTable& table, std::uint64_t confirmed, WallTime now);

  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  /// Who has a place by the file. The key stands there, too: another start may group by others.
  struct Holder {
    LabelText key;
    LabelText value;
    std::int64_t row = 0;
    bool operator==(const Holder&) const = default;
  };
  using Holders = std::array<std::array<Holder, kGroupValues>, kGroupKeys>;

  void end(std::int64_t row, std::uint64_t confirmed, WallTime now);
  [[nodiscard]] std::int64_t begin(std::uint32_t key_index, std::uint32_t place,
                                   const Holder& holder, std::uint64_t assignment, WallTime now);
  void forget_oldest();

  Database& database_;
  Statement end_;
  Statement begin_;
  Statement forget_;
  Holders holders_{};
  std::int64_t count_ = 0;
  std::int64_t last_row_ = 0;
};

/// All rows, the oldest first, but for those that this program could not have written.
std::vector<GroupTenancy> read_group_tenancies(Database& database);

}  // namespace flatline
