#pragma once

// Finds the hosts of a view that a filter selects. It works through all slots in blocks: first it
// makes a set of each term that needs more than planes, then it takes the filter's steps. What that
// costs follows from the number of registered hosts and the filter, not from how the hosts are.
// Pure.

#include <cstdint>
#include <optional>

#include "collector/view/filter.h"
#include "collector/view/host_table.h"
#include "collector/view/view.h"

namespace flatline {

/// Where an evaluation reads what planes do not tell.
class FilterSource {
 public:
  FilterSource() = default;
  virtual ~FilterSource() = default;
  FilterSource(const FilterSource&) = delete;
  FilterSource& operator=(const FilterSource&) = delete;

  /// These fill in what a slot's host told: of its texts at least `parts`, of a record the members
  /// from `states` to `key_id`. False if it is not the host that the view tells about: then it
  /// matches nothing.
  [[nodiscard]] virtual bool read(std::uint32_t slot, TextParts parts, KnownTexts& texts) = 0;
  [[nodiscard]] virtual bool read(std::uint32_t slot, HostRecord& record) = 0;
  [[nodiscard]] virtual CheckName check_name(CheckNameId id) = 0;
};

/// The hosts of now, for a view that was published.
class PresentHosts final : public FilterSource {
 public:
  PresentHosts(const HostTable& table, const ViewHead& head)
      : table_(table), generation_(head.generation) {}

  [[nodiscard]] bool read(std::uint32_t slot, TextParts parts, KnownTexts& texts) override;
  [[nodiscard]] bool read(std::uint32_t slot, HostRecord& record) override;
  [[nodiscard]] CheckName check_name(CheckNameId id) override { return table_.check_name(id); }

  /// Whether the writer overtook a reading at every attempt: then what was found is not whole.
  [[nodiscard]] bool was_overtaken() const { return was_overtaken_; }

 private:
  /// Whether a slot's host is of the view.
  [[nodiscard]] bool is_shown(bool is_whole, std::uint64_t generation);

  const HostTable& table_;
  std::uint64_t generation_;
  bool was_overtaken_ = false;
};

/// The slots that match, as capacity / 64 words, for a filter that reads planes only.
PlaneWords evaluate_planes(const Filter& filter, const View& view);

/// The same for any filter.
PlaneWords evaluate(const Filter& filter, const View& view, FilterSource& source);

}  // namespace flatline
