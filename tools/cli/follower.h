#pragma once

// Follows a fleet: asks for all slots once a tick, and tells what changed from one view to the
// next. Where it was cut off (the collector was away, or it was asked too late), it says so, and
// tells what stored steps know of the time between: each change once, none twice. It holds two
// views and the names of all slots, and so does not grow. It reads no clock and no socket itself.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "schema/answers/names_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/slots_answer.h"
#include "schema/time.h"
#include "tools/cli/report/event_fold.h"
#include "tools/cli/report/slot_changes.h"
#include "tools/cli/report/slot_names.h"

namespace flatline::cli {

/// Whom a follower asks. Each throws Failure.
class FollowSource {
 public:
  FollowSource() = default;
  virtual ~FollowSource() = default;
  FollowSource(const FollowSource&) = delete;
  FollowSource& operator=(const FollowSource&) = delete;

  virtual SlotsAnswer slots() = 0;
  virtual SlotsAnswer slots_at(WallTime time) = 0;
  /// A page of events.
  virtual EventsAnswer events(WallTime from, WallTime to, const std::string& after) = 0;
  virtual NamesAnswer names(std::uint32_t first) = 0;
};

class Follower {
 public:
  /// `warn` is told what cannot be told.
  using Warn = std::function<void(const std::string&)>;

  /// Asks for the first view and all names. With `since` it tells what happened from then on; else
  /// it begins with now. At most `lines` events are told of a moment (EventFold).
  Follower(FollowSource& source, std::size_t lines, std::optional<WallTime> since,
           EventFold::Tell tell, Warn warn);

  /// Asks once, and tells what changed. Where it throws Failure, the next time tells it.
  void poll();

  /// How long it is until the next view, counted from when the last one was answered.
  [[nodiscard]] Milliseconds until_next() const;

 private:
  [[nodiscard]] bool is_cut_off(const SlotsAnswer& next) const;
  /// Tells the stored events of a stretch. Returns the time of the last step, or nothing if there
  /// is none. `first` is handed the time of the first step, before its events.
  std::optional<WallTime> tell_stored(WallTime from, WallTime to,
                                      const std::function<void(WallTime)>& first);
  /// Throws Failure where the step has another number of slots.
  SlotsAnswer slots_at(WallTime time, std::uint32_t capacity);
  void begin(std::optional<WallTime> since, SlotsAnswer next);
  void begin_anew(SlotsAnswer next);
  void catch_up(const SlotsAnswer& next);
  /// Tells what changed from the last view to this one, which then is the last.
  void step_to(SlotsAnswer next);
  std::vector<SlotNames::Replaced> fetch_names(const SlotsAnswer& next);
  void fetch_all_names();

  FollowSource& source_;
  EventFold fold_;
  EventFold::Tell tell_;
  Warn warn_;
  SlotsAnswer last_;
  SlotNames names_{0};
  /// Hosts that took others' slots were told already by stored events.
  bool replaced_are_told_ = false;
};

}  // namespace flatline::cli
