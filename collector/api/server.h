#pragma once

// The HTTP API, over TLS where it has a certificate. It runs on libmicrohttpd's own threads and on
// slow pools, makes its answers of ApiSources, and never touches the loop: however many ask,
// whatever they ask, ingest and tick go on. Everything about a request is bounded; see limits.h.

#include <memory>
#include <string>
#include <vector>

#include "collector/api/certificate.h"
#include "collector/api/listener.h"
#include "collector/api/sources.h"
#include "schema/program/endpoint.h"

namespace flatline {

struct ApiOptions {
  /// The address as configured. Its name is one by which the server may be called.
  Endpoint endpoint{"127.0.0.1", 4171};
  /// Readers must send it as `Authorization: Bearer TOKEN`. Empty: anybody may read.
  std::string read_token;
  /// Other names under which the server may be asked.
  std::vector<std::string> names{};
  /// What is shown to clients, who then must speak TLS. Null: they speak clear text.
  std::shared_ptr<const Certificate> certificate{};
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
  /// From now on new connections are shown this certificate. Any thread may call it, of a server
  /// that has one.
  void set_certificate(std::shared_ptr<const Certificate> certificate);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flatline
