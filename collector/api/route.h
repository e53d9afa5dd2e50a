#pragma once

// A request, its answer, and the routes between them: one for each method and path. Nothing here
// knows libmicrohttpd, which is the server's.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/api/caller.h"
#include "collector/api/token_bucket.h"
#include "collector/view/action.h"
#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

struct ApiRequest {
  std::string method{};
  std::string path{};
  std::map<std::string, std::string> query{};
  std::string host{};           ///< The Host header.
  std::string authorization{};  ///< The Authorization header.
  std::string key{};            ///< The Idempotency-Key header.
  std::string accept{};         ///< The Accept header.
  std::string codings{};        ///< The Accept-Encoding header.
  std::string known_tags{};     ///< The If-None-Match header.
  std::string body{};           ///< At most its route's body_bytes.
  ClientAddress client{};       ///< The whole address that it came from.
  bool is_private = false;      ///< Nobody on the way can read it: it came over loopback or TLS.

  /// The parameter's value, or empty if it was not given.
  [[nodiscard]] std::string parameter(const std::string& name) const;
};

struct HttpHeader {
  const char* name;
  const char* value;
};

struct ApiResponse {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body{};
  unsigned retry_after_seconds = 0;  ///< With 429 and 503.
  std::string allow{};               ///< With 405.
  std::string_view lasting{};        ///< In the place of `body`: bytes as lasting as the program.
  std::string_view etag{};           ///< Of what may be kept, and asked for again by this tag.
  std::span<const HttpHeader> headers{};  ///< Those of any such answer, and those of this one.
  std::vector<std::pair<std::string, std::string>> page_headers{};
};

/// `{"error":…}` with a status. Whatever of a request the error repeats, the answer is JSON that is
/// safe to show on a terminal.
ApiResponse refuse_request(unsigned status, const std::string& error);
/// Whole seconds, rounded up, as Retry-After has them.
unsigned to_retry_seconds(Duration wait);
/// The answer for a reader whom the loop overtook at every attempt, for which the request is not at
/// fault.
ApiResponse refuse_overtaken();

enum class Access : std::uint8_t {
  kAnybody,   ///< Liveness, for those who watch the collector itself.
  kReaders,   ///< Whoever has a token, or anybody where reading needs none.
  kOperators  ///< Whoever has a token whose role allows an action, where nobody else can read it.
};

/// Where an answer is made.
enum class RunsOn : std::uint8_t {
  kServerThread,  ///< On the server's own threads: it only reads memory.
  kFilterPool,    ///< On the filter pool: it reads all slots' names, labels or rows.
  kPastPool,      ///< On the past pool: it reads the disk.
  kActionPool     ///< On the action pool: it waits for the loop and the journal.
};

/// A request that found its route.
struct ApiCall {
  const ApiRequest& request;
  Moment moment;
  std::string name;  ///< What stood for the `*` of the route's path.
  Caller caller{};
};

/// What becomes of a request: an answer at once or, where `later` is set, a function that makes it
/// once the client has paid for it, in a slow pool or on the server's own thread. Neither may outlive
/// the request.
struct ApiOutcome {
  ApiResponse now{};
  RunsOn runs_on = RunsOn::kServerThread;
  std::function<ApiResponse()> later{};
  double price = 0;  ///< What `later` costs the client beyond the request itself, in requests.
};

struct Route {
  std::string_view method;  ///< GET answers HEAD too.
  std::string_view path;    ///< `*` is one segment.
  std::vector<std::string_view> parameters;
  Access access;
  std::function<ApiResponse(const ApiCall&)> answer{};
  RunsOn runs_on = RunsOn::kServerThread;
  std::size_t body_bytes = kApiBodyBytes;  ///< The largest body that it takes.
  /// Set in the place of `answer` where each request decides what it costs, and where it runs.
  std::function<ApiOutcome(const ApiCall&)> decide{};
  /// Where it is set, requests whose Accept header does not name this type are for the next route.
  std::string_view accepts{};
  /// The action that it asks for, where its path says so.
  std::optional<ActionKind> action{};
};

}  // namespace flatline
