#pragma once

// The past, opened for one question on the thread of a pool and closed with it: what was stored at
// a moment, and between two. Errors are of two kinds: what was asked for is not there
// (PastRefused), and what was stored cannot be read (PastUnreadable).

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/view/timeline.h"

namespace flatline {

class PastRefused : public std::runtime_error {
 public:
  PastRefused(unsigned status, const std::string& why) : std::runtime_error(why), status_(status) {}
  [[nodiscard]] unsigned status() const { return status_; }

 private:
  unsigned status_;
};

/// A stored step, whole.
struct StoredStep {
  StepHead head;
  std::vector<std::uint8_t> planes;
};

class Past {
 public:
  Past(const ApiSources& sources, const Moment& moment);

  [[nodiscard]] const HistoryShape& shape() const { return stored_->shape(); }

  /// What is older was overwritten.
  [[nodiscard]] WallTime oldest() const { return moment_.wall - shape().step * shape().steps; }

  /// The step that tells of `time`. Refused: 400 in the future, 404 in a gap, with the steps around
  /// it.
  [[nodiscard]] StoredStep at(WallTime time);
  /// The newest view of the board, as a step would be.
  [[nodiscard]] StoredStep now();

  /// Who had `count` slots from `first` on at that moment; kNone where nobody had, or nobody knows
  /// any more.
  [[nodiscard]] std::vector<AgentId> holders(const StoredStep& then, std::uint32_t first,
                                             std::uint32_t count);
  /// Empty for kNone.
  [[nodiscard]] HostName name_of(AgentId agent);

  /// One host from `from` to `to`; refused with 404 if no tenancy of it is known.
  [[nodiscard]] std::vector<Span> host(const std::string& name, WallTime from, WallTime to);
  [[nodiscard]] std::vector<StepHead> steps(WallTime from, WallTime to);

 private:
  /// A host in one slot, without a break, and the steps of it.
  struct TenancySteps {
    WallTime from{};
    WallTime to{};
    std::vector<SlotStep> steps;
  };

  [[noreturn]] void refuse_gap(WallTime time);
  [[nodiscard]] bool is_of_this_start(std::uint64_t generation) const;
  TenancySteps past_tenancy(const Tenancy& tenancy, WallTime from, WallTime to);
  TenancySteps present_tenancy(const Tenancy& tenancy, WallTime from, WallTime to);
  void append_tenancy(const TenancySteps& told_tenancy, WallTime from, WallTime to,
                      std::vector<Span>& spans) const;
  void append_absence(WallTime from, WallTime to, std::vector<Span>& spans);

  const ApiSources& sources_;
  Moment moment_;
  std::unique_ptr<PastReader> stored_;
  std::uint64_t start_ = 0;  ///< Of the collector; 0: unknown.
};

}  // namespace flatline
