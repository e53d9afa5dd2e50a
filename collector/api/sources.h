#pragma once

// What the API's answers are made of: the newest view, the host table, and functions that ask other
// threads. So the routes know no loop, no socket and no disk. All of it may be used from any
// thread, and must outlive the server.

#include <cstdint>
#include <functional>
#include <memory>

#include "collector/view/action.h"
#include "collector/view/census.h"
#include "collector/view/host_table.h"
#include "collector/view/past_reader.h"
#include "collector/view/receive_buffer.h"
#include "collector/view/storage_status.h"
#include "collector/view/view_board.h"
#include "schema/wire/identity.h"

namespace flatline {

class AdminGate;
class ApiWork;
class Tls;

struct ApiSources {
  const ViewBoard& board;
  const HostTable& host_table;
  FleetId fleet{};
  Duration tick{};
  unsigned stale_after = 0;
  Instant started{};
  ReceiveBuffer receive_buffer;
  std::function<StorageStatus()> storage;
  AdminGate& gate;
  /// Waits until the loop has performed an action, but at most for `patience`. `names` is empty if
  /// it is not about many hosts.
  std::function<ActionOutcome(const ActionRequest& request, const ActionNames& names,
                              Milliseconds patience)>
      perform_action;
  /// Waits until the change of an action that has this turn is on the disk, but at most for
  /// `patience`. Returns whether it is.
  std::function<bool(std::uint64_t turn, Milliseconds patience)> wait_for_action;
  /// Opens what was stored, for one question. Throws PastUnreadable.
  std::function<std::unique_ptr<PastReader>()> open_past;
  /// What the last census counted; null where none is taken.
  const CensusBoard* census = nullptr;
  /// How the server has served; it sets this itself.
  const ApiWork* work = nullptr;
  /// Its TLS, which it sets, too; null where it serves without.
  const Tls* tls = nullptr;
};

}  // namespace flatline
