#include "collector/api/server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <unistd.h>

#include <cstring>
#include <mutex>
#include <utility>

#include "collector/api/connections.h"
#include "collector/api/handler.h"
#include "collector/api/token_bucket.h"
#include "schema/clock.h"
#include "schema/error.h"
#include "schema/text.h"

namespace flatline {
namespace {

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

/// A query as it is taken apart, and what is wrong with it.
struct Query {
  std::map<std::string, std::string> parameters{};
  std::string error{};
};

MHD_Result collect(void* into, MHD_ValueKind, const char* name, std::size_t name_size,
                   const char* value, std::size_t value_size) {
  Query& query = *static_cast<Query*>(into);
  const std::string key(name, name_size);
  const std::string text = value == nullptr ? "" : std::string(value, value_size);
  if (!query.parameters.emplace(key, text).second) {
    query.error = fmt::format("parameter '{}' is given twice; give it once", to_plain_utf8(key));
  }
  return MHD_YES;
}

MHD_Result send(MHD_Connection* connection, ApiResponse&& answer) {
  MHD_Response* response = MHD_create_response_from_buffer(answer.body.size(), answer.body.data(),
                                                           MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (answer.retry_after_seconds > 0) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                            std::to_string(answer.retry_after_seconds).c_str());
  }
  if (!answer.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow.c_str());
  }
  const MHD_Result queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace

struct ApiServer::State {
  State(ApiListener& listener, const ApiOptions& options, const ApiSources& from)
      : bound(listener.local()),
        sources(from),
        handler(sources, options.endpoint, options.read_token),
        throttle(monotonic_now()),
        connections(kApiConnectionLifetime) {
    const int descriptor = listener.release();
    daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, nullptr, nullptr, &State::on_request, this,
        MHD_OPTION_URI_LOG_CALLBACK, &State::on_uri, this, MHD_OPTION_LISTEN_SOCKET, descriptor,
        MHD_OPTION_THREAD_POOL_SIZE, kApiThreads, MHD_OPTION_CONNECTION_LIMIT, kApiConnections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, kApiConnectionsPerClient,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, kApiConnectionBytes, MHD_OPTION_CONNECTION_TIMEOUT,
        static_cast<unsigned>(kApiIdleTimeout.count()), MHD_OPTION_NOTIFY_CONNECTION,
        &State::on_connection, this, MHD_OPTION_END);
    if (daemon == nullptr) {
      ::close(descriptor);
      throw Failure(fmt::format("api: cannot serve on {}", format_address(bound)));
    }
  }
  ~State() { MHD_stop_daemon(daemon); }

  static void on_connection(void* self, MHD_Connection* connection, void**,
                            MHD_ConnectionNotificationCode code) {
    State& state = *static_cast<State*>(self);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
      state.connections.closed(connection);
      return;
    }
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info != nullptr) state.connections.opened(connection, info->connect_fd);
  }

  /// Called once with the headers, then for the body's parts, then once to answer. Nothing that we
  /// serve has a body: other methods are refused at once, a body on a GET is thrown away.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char*, const char*,
                               std::size_t* upload_size, void** seen) {
    static char marker;
    const bool holds_nul = *seen == &nul_marker;
    const bool plain = std::strcmp(method, "GET") == 0 || std::strcmp(method, "HEAD") == 0;
    if (plain && *seen == nullptr) {
      *seen = &marker;
      return MHD_YES;
    }
    if (plain && *upload_size > 0) {
      *upload_size = 0;
      return MHD_YES;
    }
    try {
      return send(connection,
                  static_cast<State*>(self)->answer(connection, url, method, holds_nul));
    } catch (const std::exception&) {
      return MHD_NO;  // Out of memory: the connection is closed, the collector goes on.
    }
  }

  /// Called with the address as it was sent, before anything else: decoded, it would end at a NUL,
  /// and `web-1%00x` pass for web-1. What is returned is `seen` of the first call of on_request.
  static void* on_uri(void*, const char* uri, MHD_Connection*) {
    return std::strstr(uri, "%00") == nullptr ? nullptr : &nul_marker;
  }

  ApiResponse answer(MHD_Connection* connection, const char* url, const char* method,
                     bool holds_nul) {
    const Moment moment{monotonic_now(), wall_now()};
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    Duration wait{0};
    {
      const std::lock_guard guard(throttle_mutex);
      wait = throttle.admit(to_address(*info->client_addr).ip, moment.now);
    }
    if (wait > Duration{0}) {
      ApiResponse refused = refuse_request(429, "too many requests; wait as Retry-After says");
      refused.retry_after_seconds =
          static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
      return refused;
    }
    if (holds_nul) return refuse_request(400, "%00 is not allowed: no name or filter holds a NUL");
    Query query;
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, &collect, &query);
    if (!query.error.empty()) return refuse_request(400, query.error);
    const ApiRequest request{method, url, std::move(query.parameters), header(connection, "Host"),
                             header(connection, "Authorization")};
    return handler.answer(request, moment);
  }

  static inline char nul_marker = 0;

  Address bound;
  ApiSources sources;
  ApiHandler handler;
  std::mutex throttle_mutex;
  Throttle throttle;
  Connections connections;
  MHD_Daemon* daemon = nullptr;
};

ApiServer::ApiServer(ApiListener& listener, const ApiOptions& options, const ApiSources& sources)
    : state_(std::make_unique<State>(listener, options, sources)) {}

ApiServer::~ApiServer() = default;

std::string ApiServer::address() const {
  return format_address(state_->bound);
}

}  // namespace flatline
