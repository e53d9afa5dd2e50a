#pragma once

// The past, as the routes that look back ask about it: what was stored at a moment, and between
// two. It is opened for one request on a thread of the past pool, and closed with it. PastRefused
// says that what was asked for is not there, and PastUnreadable that what was stored cannot be
// read.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/view/cause_name.h"
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
  std::vector<std::uint8_t> causes;  ///< Of a stored one only if they were asked for.
};

/// A stored step as a view.
View view_of(const StoredStep& then);

class Past {
 public:
  Past(const ApiSources& sources, const Moment& moment);

  [[nodiscard]] const HistoryShape& shape() const { return stored_->shape(); }
  /// The hosts of today.
  [[nodiscard]] const HostTable& host_table() const { return sources_.host_table; }

  /// Steps of an earlier time were overwritten.
  [[nodiscard]] WallTime oldest() const { return moment_.wall - shape().step * shape().steps; }

  /// The step that tells about `time`. Throws PastRefused: 400 for a time in the future, and 404
  /// for a gap, with the steps around it.
  [[nodiscard]] StoredStep at(WallTime time);
  /// The same with its causes; none, where none are stored.
  [[nodiscard]] StoredStep at_with_causes(WallTime time);
  /// A step that steps() listed; nothing, if it was overwritten meanwhile or is not whole.
  [[nodiscard]] std::optional<StoredStep> step(const StepHead& head);
  /// Fills in the step's causes; none, where none are stored.
  void fill_causes(StoredStep& step);
  /// The newest view of the view board, in the form of a step, with its causes.
  [[nodiscard]] StoredStep now();

  /// Who had the `count` slots from `first` on at that moment. It is kNone where nobody had, and
  /// where that is forgotten.
  [[nodiscard]] std::vector<AgentId> holders(const StoredStep& then, std::uint32_t first,
                                             std::uint32_t count);
  /// The name of an agent that had this slot, or empty for kNone and for a name that is not known.
  [[nodiscard]] HostName name_of(AgentId agent, std::uint32_t slot);

  /// The name of the check; empty for none and for one whose name is not known.
  [[nodiscard]] CheckName name_of(const ToldCause& told);
  [[nodiscard]] CheckName name_of_cause(const StepHead& head, std::uint8_t cause) {
    return name_of(ToldCause{cause, head.generation >> 32, head.tick});
  }
  /// The slot that the host had then. Throws PastRefused (404) if it is not known to have had one.
  [[nodiscard]] std::uint32_t slot_of(const std::string& name, const StoredStep& then);

  /// What is known of one host from `from` to `to`. Throws PastRefused (404) if no tenancy of it is
  /// known.
  [[nodiscard]] std::vector<Span> host(const std::string& name, WallTime from, WallTime to);
  [[nodiscard]] std::vector<StepHead> steps(WallTime from, WallTime to);
  /// The same of one group: the counts are the group's, and the flags (flag_bit(GroupFlag)), and
  /// all of them zero where no host was in it. Who is only expected or unknown counts as unknown.
  /// Throws PastRefused (404) for a group of which nothing is remembered.
  [[nodiscard]] std::vector<StepHead> group_steps(const std::string& key, const std::string& value,
                                                  WallTime from, WallTime to);

 private:
  /// One tenancy of a host, and the steps that lie in it.
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
                      std::vector<Span>& spans);
  WallTime first_step();
  void append_absence(WallTime from, WallTime to, std::vector<Span>& spans);

  const ApiSources& sources_;
  Moment moment_;
  std::unique_ptr<PastReader> stored_;
  std::optional<CauseNames> cause_names_;
  std::optional<WallTime> first_step_;
  std::uint64_t start_ = 0;  ///< The number of the collector's start, or 0 if unknown.
};

}  // namespace flatline
