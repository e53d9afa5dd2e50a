#include "collector/api/server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <mutex>

#include "collector/api/connections.h"
#include "collector/api/handler.h"
#include "collector/api/token_bucket.h"
#include "schema/clock.h"
#include "schema/error.h"

namespace flatline {
namespace {

Address to_address(const sockaddr* from) {
  Address address;
  if (from->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, from, sizeof v4);
    address.ip[10] = address.ip[11] = 0xFF;
    std::memcpy(address.ip.data() + 12, &v4.sin_addr, 4);
    address.port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6;
    std::memcpy(&v6, from, sizeof v6);
    std::memcpy(address.ip.data(), &v6.sin6_addr, 16);
    address.port = ntohs(v6.sin6_port);
  }
  return address;
}

bool is_loopback(const Address& address) {
  const Address v6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0};
  return address.same_ip(v6) || (address.ip[10] == 0xFF && address.ip[12] == 127);
}

/// A listening socket of our own, so that what keeps it from listening has a name.
int listen_on(const ApiOptions& options, Address& bound) {
  const Endpoint& endpoint = options.endpoint;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    throw Failure(fmt::format("api: {} is no address: {}", endpoint.host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  if (!is_loopback(to_address(found->ai_addr)) && options.read_token.empty() &&
      !options.insecure_reads) {
    throw Failure(
        fmt::format("api: {} is reachable from elsewhere; give --read-token FILE, or allow "
                    "anybody to read with --insecure-reads",
                    format_endpoint(endpoint)));
  }
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(descriptor, static_cast<int>(kApiConnections)) != 0) {
    const int why = errno;
    ::close(descriptor);
    throw Failure(fmt::format("api: cannot listen on {}: {}; give another one with --api ADDR:PORT",
                              format_endpoint(endpoint), system_error_text(why)));
  }
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size);
  bound = to_address(reinterpret_cast<const sockaddr*>(&name));
  return descriptor;
}

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

MHD_Result collect(void* into, MHD_ValueKind, const char* name, const char* value) {
  auto& query = *static_cast<std::map<std::string, std::string>*>(into);
  query[name] = value == nullptr ? "" : value;
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
  State(const ApiOptions& options, const ApiSources& from)
      : descriptor(listen_on(options, bound)),
        sources(from),
        handler(sources, options.endpoint, options.read_token),
        throttle(monotonic_now()),
        connections(kApiConnectionLifetime) {
    daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, nullptr, nullptr, &State::on_request, this,
        MHD_OPTION_LISTEN_SOCKET, descriptor, MHD_OPTION_THREAD_POOL_SIZE, kApiThreads,
        MHD_OPTION_CONNECTION_LIMIT, kApiConnections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        kApiConnectionsPerClient, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kApiConnectionBytes,
        MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(kApiIdleTimeout.count()),
        MHD_OPTION_NOTIFY_CONNECTION, &State::on_connection, this, MHD_OPTION_END);
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
    static int marker;
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
      return send(connection, static_cast<State*>(self)->answer(connection, url, method));
    } catch (const std::exception&) {
      return MHD_NO;  // Out of memory: the connection is closed, the collector goes on.
    }
  }

  ApiResponse answer(MHD_Connection* connection, const char* url, const char* method) {
    const Moment moment{monotonic_now(), wall_now()};
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    Duration wait{0};
    {
      const std::lock_guard guard(throttle_mutex);
      wait = throttle.admit(to_address(info->client_addr).ip, moment.now);
    }
    if (wait > Duration{0}) {
      ApiResponse refused = refuse_request(429, "too many requests; wait as Retry-After says");
      refused.retry_after_seconds =
          static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
      return refused;
    }
    ApiRequest request{
        method, url, {}, header(connection, "Host"), header(connection, "Authorization")};
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &collect, &request.query);
    return handler.answer(request, moment);
  }

  Address bound;
  int descriptor;
  ApiSources sources;
  ApiHandler handler;
  std::mutex throttle_mutex;
  Throttle throttle;
  Connections connections;
  MHD_Daemon* daemon = nullptr;
};

ApiServer::ApiServer(const ApiOptions& options, const ApiSources& sources)
    : state_(std::make_unique<State>(options, sources)) {}

ApiServer::~ApiServer() = default;

std::string ApiServer::address() const {
  return format_address(state_->bound);
}

}  // namespace flatline
