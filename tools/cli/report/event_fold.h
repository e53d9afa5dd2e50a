#pragma once

// Bounds how much is told of one moment, however much changed then. Up to so many events are told
// one by one; beyond, hosts that changed alike are one event, with their number and their names
// folded, and kinds of change that find no room are one event together. Its memory is bounded, too.
// Pure.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "schema/answers/past_answers.h"

namespace flatline::cli {

/// The kind of an event that stands for hosts that changed in ways that found no room.
inline constexpr const char* kMoreEvent = "more";

class EventFold {
 public:
  using Tell = std::function<void(const EventAnswer&)>;

  /// At most `lines` events of a moment are told; 0: each is told as it comes.
  EventFold(std::size_t lines, Tell tell);

  /// Events of one moment come behind one another. One of another moment ends the one before.
  void add(EventAnswer event);
  /// Tells what is left of the last moment.
  void end();

 private:
  struct Alike {
    EventAnswer event;  ///< What they have in common.
    std::uint32_t hosts = 0;
    std::vector<std::string> names;  ///< The first kFoldedNames.
  };

  void put_aside(EventAnswer event);
  void tell_alike();

  std::size_t lines_;
  Tell tell_;
  std::string time_;
  std::vector<EventAnswer> few_;
  std::map<std::vector<std::string>, Alike> alike_;  ///< By all that they have in common.
  std::uint32_t more_ = 0;
};

}  // namespace flatline::cli
