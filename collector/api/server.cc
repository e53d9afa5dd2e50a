#include "collector/api/server.h"

#include <fmt/core.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include <cstring>
#include <new>
#include <utility>

#include "collector/api/admin_gate.h"
#include "collector/api/api_work.h"
#include "collector/api/connections.h"
#include "collector/api/exchange.h"
#include "collector/api/handler.h"
#include "collector/api/overload.h"
#include "collector/api/slow_pool.h"
#include "collector/api/tls.h"
#include "schema/access_limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/thread_priority.h"

namespace flatline {
namespace {

MHD_Result to_result(bool success) {
  return success ? MHD_YES : MHD_NO;
}

ApiSources with_own(ApiSources sources, const ApiWork& work, const Tls* tls) {
  sources.work = &work;
  sources.tls = tls;
  return sources;
}

std::unique_ptr<Tls> tls_of(const ApiOptions& options) {
  return options.certificate ? std::make_unique<Tls>(options.certificate, moment_now()) : nullptr;
}

/// How libmicrohttpd's threads wait. By epoll, 0.9.75 goes round and round for as long as a
/// handshake waits for its client, since it forgets that there was nothing to read; by poll it
/// waits.
unsigned polling_of(bool has_tls) {
  return has_tls ? static_cast<unsigned>(MHD_USE_POLL_INTERNAL_THREAD) | MHD_USE_TLS
                 : static_cast<unsigned>(MHD_USE_EPOLL_INTERNAL_THREAD);
}

/// Each of libmicrohttpd's threads passes here before it serves anybody.
void give_way_once() {
  thread_local const bool gave_way = (give_way(), true);
  static_cast<void>(gave_way);
}

/// A request's first line, as libmicrohttpd read it.
struct RequestLine {
  const char* method;
  const char* url;
};

}  // namespace

struct ApiServer::State {
  State(ApiListener& listener, const ApiOptions& options, const ApiSources& from)
      : bound(listener.local()),
        tls(tls_of(options)),
        sources(with_own(from, work, tls.get())),
        handler(sources, options.endpoint, options.read_token, options.names),
        rates(monotonic_now()),
        connections(kApiConnectionLifetime, kApiConnections,
                    tls ? Duration{kHandshakeTime} : Duration{0}) {
    work.serve(handler.routes());
    // From here on libmicrohttpd owns the socket, and closes it even if it cannot start.
    daemon = MHD_start_daemon(
        polling_of(tls != nullptr) | MHD_ALLOW_SUSPEND_RESUME, 0, &State::on_accept, this,
        &State::on_request, this, MHD_OPTION_URI_LOG_CALLBACK, &State::on_uri, this,
        MHD_OPTION_NOTIFY_COMPLETED, &State::on_completed, this, MHD_OPTION_LISTEN_SOCKET,
        listener.release(), MHD_OPTION_THREAD_POOL_SIZE, kApiThreads, MHD_OPTION_CONNECTION_LIMIT,
        kApiConnections + kApiSpareConnections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        kApiConnectionBytes, MHD_OPTION_CONNECTION_TIMEOUT,
        static_cast<unsigned>(kApiIdleTimeout.count()), MHD_OPTION_NOTIFY_CONNECTION,
        &State::on_connection, this, tls ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END,
        kTlsPriorities, MHD_OPTION_HTTPS_CERT_CALLBACK, show_certificate(), MHD_OPTION_END);
    if (daemon == nullptr) {
      throw Failure(fmt::format("api: cannot serve on {}", format_address(bound)));
    }
  }
  /// The slow pools stop first, because libmicrohttpd can stop only when no connection is
  /// suspended. A pool that has stopped refuses what it is asked from then on.
  ~State() {
    filters.stop();
    past.stop();
    changes.stop();
    MHD_stop_daemon(daemon);
  }

  /// What belongs to a connection for as long as it is open. The exchange is here, because
  /// libmicrohttpd does not call on_completed() for a request that it refuses itself.
  struct Held {
    std::unique_ptr<TlsSession> tls;
    std::unique_ptr<Exchange> exchange;
  };

  static Held* held_by(MHD_Connection* connection) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == nullptr ? nullptr : static_cast<Held*>(info->socket_context);
  }

  static MHD_Result on_accept(void* self, const sockaddr* address, socklen_t) {
    give_way_once();
    State& state = *static_cast<State*>(self);
    const ClientAddress client = to_address(*address).ip;
    // One beyond the client's share may be an operator's, which its first request tells.
    if (!state.connections.may_open(client)) state.work.turned_away();
    return to_result(!state.tls || state.tls->admit(client, monotonic_now()));
  }

  static void on_connection(void* self, MHD_Connection* connection, void** held,
                            MHD_ConnectionNotificationCode code) {
    State& state = *static_cast<State*>(self);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
      state.connections.closed(connection);
      state.work.closed();
      delete static_cast<Held*>(*held);
      *held = nullptr;
      return;
    }
    state.work.opened();
    *held = new (std::nothrow) Held;
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info == nullptr) return;
    state.connections.opened(connection, info->connect_fd, client_of(connection).ip);
    if (state.tls) state.begin_tls(connection, info->connect_fd, static_cast<Held*>(*held));
  }

  /// A collector that runs for a year tells in time that its certificate does not.
  void tell_of_certificate() const {
    const std::string advice = tls->advice_due(wall_now());
    if (!advice.empty()) log_warning("api: of the certificate: {}", advice);
  }

  /// A connection without what belongs to it is of no use: it is shut.
  void begin_tls(MHD_Connection* connection, int socket, Held* held) noexcept {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    try {
      if (held == nullptr || info == nullptr) throw std::bad_alloc();
      held->tls = tls->begin(static_cast<gnutls_session_int*>(info->tls_session), socket,
                             [this, connection] { connections.secured(connection); });
      tell_of_certificate();
    } catch (const std::exception&) {
      ::shutdown(socket, SHUT_RDWR);
    }
  }

  /// libmicrohttpd calls this when a request's first line was read, before anything else.
  static void* on_uri(void* self, const char* uri, MHD_Connection* connection) {
    Held* const held = held_by(connection);
    if (held == nullptr) return nullptr;
    static_cast<State*>(self)->connections.moved(connection);
    held->exchange.reset(new (std::nothrow) Exchange(const_cast<char*>(uri)));
    return held->exchange.get();
  }

  static void on_completed(void* self, MHD_Connection* connection, void** exchange,
                           MHD_RequestTerminationCode) {
    if (Held* const held = held_by(connection)) held->exchange.reset();
    static_cast<State*>(self)->connections.moved(connection);
    *exchange = nullptr;
  }

  /// libmicrohttpd calls this once with the headers, then for each part of the body, then once for
  /// the answer, and once more after an answer that had to wait is made. Only a body that a route
  /// may want is read: other methods are refused at once, and so is a body that is too large.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char*, const char* upload,
                               std::size_t* upload_size, void** seen) {
    if (*seen == nullptr) return MHD_NO;  // There was no memory for it.
    State& state = *static_cast<State*>(self);
    Exchange& exchange = *static_cast<Exchange*>(*seen);
    const bool plain = std::strcmp(method, "GET") == 0 || std::strcmp(method, "HEAD") == 0;
    const RequestLine line{method, url};
    try {
      if (exchange.waits) return to_result(state.reply_awaited(connection, exchange, line));
      if (!exchange.begun) {
        exchange.begun = true;
        if (plain) return MHD_YES;
        exchange.room = state.handler.body_room(
            method, url, state.caller_of(connection, exchange, moment_now()));
        exchange.too_large = exchange.room > 0 && announces_too_much(connection, exchange.room);
        if (exchange.room > 0 && !exchange.too_large) return MHD_YES;
      } else if (*upload_size > 0) {
        if (!plain) exchange.take_body({upload, *upload_size});
        *upload_size = 0;
        return MHD_YES;
      }
      return to_result(state.answer(connection, exchange, line));
    } catch (const std::exception&) {
      return MHD_NO;  // Out of memory: the connection is closed, the collector goes on.
    }
  }

  /// Hands an answer over, and counts it.
  bool reply(MHD_Connection* connection, const RequestLine& line, ApiResponse answer) {
    if (!unsent.take(answer.body.size())) {
      answer = refuse_unsent();
      static_cast<void>(unsent.take(answer.body.size()));  // It is small.
    }
    work.answered(handler.find_route(line.method, line.url), answer.status);
    return send(connection, std::move(answer), unsent);
  }

  bool answer(MHD_Connection* connection, Exchange& exchange, const RequestLine& line) {
    const Moment moment = moment_now();
    Caller caller = caller_of(connection, exchange, moment);
    // First, since all that follows goes another way for a right token.
    handler.count_wrong(exchange.request, caller, moment.now);
    if (!connections.may_ask(connection, caller.may_act())) return false;
    if (auto refused = throttled(connection, caller, moment.now, 1)) {
      return reply(connection, line, *std::move(refused));
    }
    if (auto refused = exchange.read(connection, line.url, line.method)) {
      return reply(connection, line, *std::move(refused));
    }
    ApiOutcome outcome = handler.answer(exchange.request, moment, caller);
    if (!outcome.later) return reply(connection, line, std::move(outcome.now));
    if (outcome.price > 0) {
      if (auto refused = throttled(connection, caller, moment.now, outcome.price)) {
        return reply(connection, line, *std::move(refused));
      }
    }
    if (outcome.runs_on == RunsOn::kServerThread) {
      return reply(connection, line, answer_of(outcome.later));
    }
    if (outcome.runs_on == RunsOn::kPastPool) {
      if (auto refused = refuse_hanging(sources.storage())) {
        return reply(connection, line, *std::move(refused));
      }
    }
    SlowPool::Job job = [connection, &exchange,
                         later = std::move(outcome.later)](bool stopping) noexcept {
      make_answer(exchange, later, stopping);
      MHD_resume_connection(connection);
    };
    SlowPool& pool = pool_of(outcome.runs_on);
    // The job resumes the connection, or this function does if there is no room for the job; only
    // then is on_request called again. Nothing throws in between, or nobody would resume the
    // connection.
    exchange.waits = true;
    connections.waits(connection);
    MHD_suspend_connection(connection);
    if (!pool.submit(std::move(job))) MHD_resume_connection(connection);
    return true;
  }

  SlowPool& pool_of(RunsOn runs_on) {
    if (runs_on == RunsOn::kFilterPool) return filters;
    return runs_on == RunsOn::kPastPool ? past : changes;
  }

  /// A slow pool's thread calls this. Without memory even for an error there is no answer.
  static void make_answer(Exchange& exchange, const std::function<ApiResponse()>& later,
                          bool stopping) noexcept {
    try {
      exchange.answer = stopping ? refuse_stopping() : answer_of(later);
    } catch (const std::exception&) {
      exchange.answer.reset();
    }
  }

  bool reply_awaited(MHD_Connection* connection, Exchange& exchange, const RequestLine& line) {
    return reply(connection, line, exchange.answer ? *std::move(exchange.answer) : refuse_busy());
  }

  static ApiResponse answer_of(const std::function<ApiResponse()>& later) {
    try {
      return later();
    } catch (const std::exception& error) {
      return refuse_request(500, error.what());
    }
  }

  static Address client_of(MHD_Connection* connection) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return to_address(*info->client_addr);
  }

  /// Whether nobody on the way can read what is asked and answered.
  bool is_private(MHD_Connection* connection) const {
    return tls != nullptr || is_loopback(client_of(connection).ip);
  }

  /// Reads the headers, and says whose token they show.
  Caller caller_of(MHD_Connection* connection, Exchange& exchange, const Moment& moment) const {
    exchange.read_headers(connection);
    exchange.request.client = client_of(connection).ip;
    exchange.request.is_private = is_private(connection);
    return handler.identify(exchange.request, moment);
  }

  std::optional<ApiResponse> throttled(MHD_Connection* connection, const Caller& caller,
                                       Instant now, double price) {
    return rates.refusal_of(caller, client_of(connection).ip, now, price);
  }

  Address bound;
  ApiWork work;
  std::unique_ptr<Tls> tls;  ///< Null where clear text is spoken.
  ApiSources sources;
  ApiHandler handler;
  UnsentBytes unsent;
  RequestRates rates;
  Connections connections;
  SlowPool filters{kApiFilterThreads, kApiSlowJobs};
  SlowPool past{kApiPastThreads, kApiSlowJobs};
  SlowPool changes{kApiChangeThreads, kApiSlowJobs};
  MHD_Daemon* daemon = nullptr;
};

ApiServer::ApiServer(ApiListener& listener, const ApiOptions& options, const ApiSources& sources)
    : state_(std::make_unique<State>(listener, options, sources)) {}

ApiServer::~ApiServer() = default;

void ApiServer::set_certificate(std::shared_ptr<const Certificate> certificate) {
  if (state_->tls && certificate) state_->tls->set_certificate(std::move(certificate));
}

std::string ApiServer::address() const {
  return format_address(state_->bound);
}

}  // namespace flatline
