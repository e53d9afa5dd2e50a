#pragma once

// The HTTP API, on libmicrohttpd's own threads. Reads the board and the roster, never touches the
// loop: however many ask, whatever they ask, ingest and tick go on. Everything about a request is
// bounded; see limits.h.

#include <functional>
#include <memory>
#include <string>

#include "collector/board.h"
#include "collector/journal/journal.h"
#include "collector/receive_socket.h"
#include "collector/roster.h"
#include "schema/endpoint.h"
#include "schema/identity.h"

namespace flatline {

struct ApiOptions {
  Endpoint endpoint{"127.0.0.1", 4171};
  /// Readers must send it as `Authorization: Bearer TOKEN`. Empty: anybody may read.
  std::string read_token;
  /// Serve an address other than loopback without a read token.
  bool insecure_reads = false;
};

/// What answers are made of. All of it may be read from any thread, and outlives the server.
struct ApiSources {
  const Board& board;
  const Roster& roster;
  FleetId fleet{};
  Duration tick{};
  unsigned stale_after = 0;
  Instant started{};
  ReceiveBuffer receive_buffer;
  std::function<StorageStatus()> storage;
};

class ApiServer {
 public:
  /// Binds and serves. Throws Failure: port busy, not an address of this machine, or an address
  /// other than loopback with neither token nor insecure_reads.
  ApiServer(const ApiOptions& options, const ApiSources& sources);
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
