#include "agent/resolver.h"

#include <netdb.h>
#include <uv.h>

#include <cstring>
#include <memory>
#include <utility>

#include "schema/invariant.h"
#include "schema/limits.h"

namespace flatline {

struct Resolver::Lookup {
  uv_getaddrinfo_t request{};
  Resolver* owner = nullptr;
  Done done;

  static Answer answer_of(int status, const addrinfo* found);
  static void finish(uv_getaddrinfo_t* request, int status, addrinfo* found);
};

bool SocketAddress::operator==(const SocketAddress& other) const {
  return std::memcmp(&storage, &other.storage, sizeof storage) == 0;
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

Resolver::~Resolver() {
  abandon();
  if (lookup_ != nullptr) lookup_->owner = nullptr;
}

void Resolver::start(uv_loop_s& loop, const Endpoint& endpoint, Done done) {
  INVARIANT(!busy());
  auto lookup = std::make_unique<Lookup>();
  lookup->owner = this;
  lookup->done = std::move(done);
  lookup->request.data = lookup.get();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;  // One entry an address; the type itself is not used.
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  const int started = uv_getaddrinfo(&loop, &lookup->request, Lookup::finish, endpoint.host.c_str(),
                                     std::to_string(endpoint.port).c_str(), &hints);
  if (started == 0) {
    lookup_ = lookup.release();
  } else {
    lookup->done({{}, uv_strerror(started)});
  }
}

void Resolver::abandon() {
  if (lookup_ == nullptr) return;
  lookup_->done = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(&lookup_->request));
}

Resolver::Answer Resolver::Lookup::answer_of(int status, const addrinfo* found) {
  Answer answer;
  if (status != 0) answer.error = uv_strerror(status);
  for (; found != nullptr && answer.addresses.size() < kResolvedAddresses; found = found->ai_next) {
    SocketAddress address;
    if (found->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    answer.addresses.push_back(address);
  }
  if (answer.addresses.empty() && answer.error.empty()) answer.error = "no address";
  return answer;
}

void Resolver::Lookup::finish(uv_getaddrinfo_t* request, int status, addrinfo* found) {
  const std::unique_ptr<Lookup> lookup(static_cast<Lookup*>(request->data));
  if (lookup->owner != nullptr) lookup->owner->lookup_ = nullptr;
  const Answer answer = answer_of(status, found);
  uv_freeaddrinfo(found);
  if (lookup->done) lookup->done(answer);
}

}  // namespace flatline
