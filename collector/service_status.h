#pragma once

// What a service manager is told of a collector: of each tick that was published, with the words of
// `flatline status` in one line, and of reloads.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "collector/view/view_board.h"
#include "schema/program/service_manager.h"

namespace flatline {

/// Writes `hosts=12 healthy=11 failing=1 silent=0 unknown=0 flags=panic` into `room`, and returns
/// what fits. `below` is how many groups lack their quorum. Allocates nothing.
std::string_view service_status(const ViewHead& head, std::size_t below, std::span<char> room);

/// Tells of published ticks. The loop's thread owns it, and calls it after each.
class ServiceBeat {
 public:
  /// Borrows the board.
  ServiceBeat(std::shared_ptr<ServiceManager> service, const ViewBoard& board, Duration tick);
  void tick_was_published();

 private:
  std::shared_ptr<ServiceManager> service_;
  const ViewBoard& board_;
  ViewHead head_;
  GroupTable groups_;
};

/// `reload`, the loop's hook for SIGHUP, with the manager told when it begins and when it has
/// ended, whatever came of it.
std::function<std::function<void()>()> told_reload(std::shared_ptr<ServiceManager> service,
                                                   std::function<std::function<void()>()> reload);

}  // namespace flatline
