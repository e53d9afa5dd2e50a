#pragma once

// What is asked of the past, by whoever looks back, and answered by what keeps it. A reader is made
// for one question, on the thread that asks it, and is gone with its answer. Every function may
// throw PastUnreadable.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "collector/view/cause_name.h"
#include "collector/view/group_bytes.h"
#include "collector/view/group_tenancy.h"
#include "collector/view/history_shape.h"
#include "collector/view/history_step.h"
#include "collector/view/tenancy.h"

namespace flatline {

/// What was stored cannot be read now. It says what is wrong, where, and that is no fault of who
/// asks.
class PastUnreadable : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class PastReader {
 public:
  PastReader() = default;
  virtual ~PastReader() = default;
  PastReader(const PastReader&) = delete;
  PastReader& operator=(const PastReader&) = delete;

  // --- The steps --------------------------------------------------------------------------------

  [[nodiscard]] virtual const HistoryShape& shape() const = 0;

  /// The steps from `from` to `to`, both included, that are still held; ascending.
  [[nodiscard]] virtual std::vector<StepHead> list(WallTime from, WallTime to) = 0;

  /// The newest whole step at or before `time`, with a byte of planes a slot in `planes` (a place
  /// for each slot of the shape's capacity). Nothing: none is held. The caller says what it makes
  /// of one that is older than a step: there is a gap.
  [[nodiscard]] virtual std::optional<StepHead> read(WallTime time,
                                                     std::span<std::uint8_t> planes) = 0;

  /// Fills the slots' causes as of step `number`. False, and all of them kNoCause: it holds none.
  [[nodiscard]] virtual bool read_causes(std::uint64_t number, std::span<std::uint8_t> causes) = 0;

  /// Calls `take` for each step from `from` to `to` that holds groups, in any order.
  virtual void read_groups(
      WallTime from, WallTime to,
      const std::function<void(const StepHead&, const StoredGroups&)>& take) = 0;

  /// One slot from `from` to `to`, ascending, the steps that are not there left out.
  [[nodiscard]] virtual std::vector<SlotStep> read_slot(std::uint32_t slot, WallTime from,
                                                        WallTime to) = 0;

  // --- Who had which slot -----------------------------------------------------------------------

  /// Fills in who had the slots from `first` on at `time`, as the wall clock of then had it; leaves
  /// the others as they are.
  virtual void fill_holders(WallTime time, std::uint32_t first, std::span<AgentId> holders) = 0;

  /// Which checks' names had which places among the causes, the oldest first.
  [[nodiscard]] virtual std::vector<PlacedCause> cause_names() = 0;

  /// Empty: none of its tenancies is remembered.
  [[nodiscard]] virtual HostName name_of(AgentId agent) = 0;

  /// All of one host, by time.
  [[nodiscard]] virtual std::vector<Tenancy> tenancies_of(AgentId agent) = 0;

  /// Which values had which places in the tables of groups, the oldest first (at most
  /// kGroupTenancies). Where none has a table's assignment, nobody can say who had the place.
  [[nodiscard]] virtual std::vector<GroupTenancy> group_tenancies() = 0;

  /// Of the tenancies that ended before this moment some are forgotten, the oldest first; of later
  /// ones none is.
  [[nodiscard]] virtual WallTime forgotten_until() = 0;
};

}  // namespace flatline
