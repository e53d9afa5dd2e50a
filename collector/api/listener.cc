#include "collector/api/listener.h"

#include <fmt/core.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "schema/limits.h"
#include "schema/program/error.h"

namespace flatline {
namespace {

using Found = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Found find(const Endpoint& endpoint, bool others_may_ask) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* first = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &first);
  if (error != 0) {
    throw Failure(fmt::format("api: {} is no address: {}", endpoint.host, gai_strerror(error)));
  }
  Found found(first, freeaddrinfo);
  if (!is_loopback(to_address(*found->ai_addr).ip) && !others_may_ask) {
    throw Failure(
        fmt::format("api: {} is reachable from elsewhere; give --read-token FILE, and for TLS "
                    "--api-cert FILE and --api-key FILE, or allow anybody on the way to read with "
                    "--insecure-reads",
                    format_endpoint(endpoint)));
  }
  return found;
}

}  // namespace

ApiListener::ApiListener(const Endpoint& endpoint, bool others_may_ask) {
  const Found found = find(endpoint, others_may_ask);
  socket_ = Descriptor(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!socket_.is_open() ||
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket_.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket_.get(), static_cast<int>(kApiConnections)) != 0) {
    throw Failure(fmt::format("api: cannot listen on {}: {}; give another one with --api ADDR:PORT",
                              format_endpoint(endpoint), system_error_text(errno)));
  }
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&name), &size);
  local_ = to_address(reinterpret_cast<const sockaddr&>(name));
}

void check_api_address(const Endpoint& endpoint, bool others_may_ask) {
  static_cast<void>(find(endpoint, others_may_ask));
}

}  // namespace flatline
