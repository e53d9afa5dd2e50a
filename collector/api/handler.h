#pragma once

// A request to its answer, without HTTP's machinery: what the paths are, what they take, and every
// way to refuse. The server speaks HTTP around it, one handler for each of its threads at a time.

#include <map>
#include <optional>
#include <string>

#include "collector/api/render.h"
#include "collector/api/server.h"

namespace flatline {

struct ApiRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::string host;           ///< The Host header.
  std::string authorization;  ///< The Authorization header.
};

struct ApiResponse {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body{};
  unsigned retry_after_seconds = 0;  ///< With 429.
  std::string allow{};                 ///< With 405.
};

/// `{"error":…}` with a status.
ApiResponse refuse_request(unsigned status, const std::string& error);

class ApiHandler {
 public:
  /// `bound` is the server's own address, one of the names by which it may be called.
  ApiHandler(const ApiSources& sources, Endpoint bound, std::string read_token);

  [[nodiscard]] ApiResponse answer(const ApiRequest& request, const Moment& moment) const;

 private:
  [[nodiscard]] bool is_for_us(const std::string& host) const;
  [[nodiscard]] bool may_read(const std::string& authorization) const;
  [[nodiscard]] ApiResponse read(const ApiRequest& request, const Moment& moment) const;

  [[nodiscard]] ApiResponse summary(const Moment& moment) const;
  [[nodiscard]] ApiResponse bitmap(const ApiRequest& request) const;
  [[nodiscard]] ApiResponse hosts(const ApiRequest& request, const Moment& moment) const;
  [[nodiscard]] ApiResponse host(const std::string& name, const Moment& moment) const;
  [[nodiscard]] ApiResponse healthy(const Moment& moment) const;
  [[nodiscard]] ApiResponse ready() const;

  ApiSources sources_;
  Endpoint bound_;
  std::string read_token_;
};

}  // namespace flatline
