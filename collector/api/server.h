#pragma once

// The HTTP API, on libmicrohttpd's own threads. Reads the board and the host table; what operators
// change goes through the action queue; it never touches the loop: however many ask, whatever they
// ask, ingest and tick go on. Everything about a request is bounded; see limits.h.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "collector/api/admin_gate.h"
#include "collector/api/listener.h"
#include "collector/ingest/action_queue.h"
#include "collector/ingest/receive_socket.h"
#include "collector/journal/journal.h"
#include "collector/view/host_table.h"
#include "collector/view/view_board.h"
#include "schema/program/endpoint.h"
#include "schema/wire/identity.h"

namespace flatline {

struct ApiOptions {
  /// As configured: its name is one by which the server may be called.
  Endpoint endpoint{"127.0.0.1", 4171};
  /// Readers must send it as `Authorization: Bearer TOKEN`. Empty: anybody may read.
  std::string read_token;
};

/// What answers are made of. All of it may be read from any thread, and outlives the server.
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
  ActionQueue& actions;
  /// Waits, so long at most, until this action is on the disk; false: it is not.
  std::function<bool(std::uint64_t number, Milliseconds patience)> wait_for_action;
  std::filesystem::path data = {};  ///< The journal's folder, for those who look back.
};

class ApiServer {
 public:
  /// Serves on the listener's socket, which it takes over. Throws Failure when it cannot.
  ApiServer(ApiListener& listener, const ApiOptions& options, const ApiSources& sources);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  /// `ADDR:PORT` as bound.
  [[nodiscard]] std::string address() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
