#include "agent/loop/resolver.h"

#include <netdb.h>
#include <uv.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"

namespace flatline {

bool SocketAddress::operator==(const SocketAddress& other) const {
  return std::memcmp(&storage, &other.storage, sizeof storage) == 0;
}

std::string format_address(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  uv_ip_name(address.get(), text, sizeof text);
  // The port stands at the same place in either version.
  const auto* const any = reinterpret_cast<const sockaddr_in*>(&address.storage);
  return format_endpoint({text, ntohs(any->sin_port)});
}

std::optional<SocketAddress> numeric_address(const Endpoint& endpoint) {
  SocketAddress address;
  auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  if (uv_ip4_addr(endpoint.host.c_str(), endpoint.port, ipv4) == 0) return address;
  address = {};
  auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (uv_ip6_addr(endpoint.host.c_str(), endpoint.port, ipv6) == 0) return address;
  return std::nullopt;
}

Resolver::Answer Resolver::answer_of(const Lookup& lookup, const Endpoint& endpoint) {
  try {
    return lookup(endpoint);
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

void Resolver::start(uv_loop_s& loop, const Endpoint& endpoint, Done done) {
  try {
    worker_.start(loop, [this, lookup = lookup_, endpoint]() -> Worker::Finish {
      return [this, answer = answer_of(lookup, endpoint)] { finish(answer); };
    });
  } catch (const std::exception& error) {
    return done({{}, error.what()});
  }
  done_ = std::move(done);
}

void Resolver::finish(const Answer& answer) {
  if (const Done done = std::exchange(done_, nullptr)) done(answer);
}

Resolver::Answer Resolver::ask_system(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;  // With a type given, each address comes once.
  // AI_ADDRCONFIG would hide ::1 where that is the only address of IPv6. An address that no way
  // leads to stands last (RFC 6724) and fails at once.
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int error =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &first);
  Answer answer;
  if (error != 0) {
    answer.error = error == EAI_SYSTEM ? system_error_text(errno) : ::gai_strerror(error);
    return answer;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(first, ::freeaddrinfo);
  for (const addrinfo* at = first; at != nullptr && answer.addresses.size() < kResolvedAddresses;
       at = at->ai_next) {
    SocketAddress address;
    if (at->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    answer.addresses.push_back(address);
  }
  if (answer.addresses.empty()) answer.error = "no address";
  return answer;
}

}  // namespace flatline
