#pragma once

// Names to addresses, off the loop's thread (libuv's pool, getaddrinfo), one lookup at a time.
// Keeps no answers: whoever asks decides how long one is good.

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/endpoint.h"

struct uv_loop_s;

namespace flatline {

/// An address and port of either IP version.
struct SocketAddress {
  sockaddr_storage storage{};

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] bool is_ipv6() const { return storage.ss_family == AF_INET6; }
  bool operator==(const SocketAddress& other) const;
};

/// The address that an endpoint without a name is. Nothing if it has a name.
std::optional<SocketAddress> numeric_address(const Endpoint& endpoint);

class Resolver {
 public:
  /// At most kResolvedAddresses, the system's preferred one first; or none and an error's text.
  struct Answer {
    std::vector<SocketAddress> addresses;
    std::string error;
  };
  using Done = std::function<void(const Answer&)>;

  Resolver() = default;
  /// Abandons.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Whether a lookup is under way, abandoned or not: getaddrinfo cannot be stopped.
  [[nodiscard]] bool busy() const { return lookup_ != nullptr; }

  /// Begins a lookup; not while busy. `done` is called later, from the loop.
  void start(uv_loop_s& loop, const Endpoint& endpoint, Done done);

  /// The answer under way will be thrown away.
  void abandon();

 private:
  struct Lookup;
  Lookup* lookup_ = nullptr;  ///< The loop's; it frees it when the lookup ends.
};

}  // namespace flatline
