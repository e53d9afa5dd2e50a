#pragma once

// Names to addresses, by the system's resolver (getaddrinfo) on a worker of its own: a lookup that
// hangs holds up neither the loop nor another resolver's lookup. One lookup at a time. Keeps no
// answers: whoever asks decides how long one is good.

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/worker.h"
#include "schema/program/endpoint.h"

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
  /// Blocks until it knows; called on the worker's thread.
  using Lookup = std::function<Answer(const Endpoint&)>;

  explicit Resolver(Lookup lookup = ask_system) : lookup_(std::move(lookup)) {}

  /// Whether a lookup is under way, abandoned or not: getaddrinfo cannot be stopped.
  [[nodiscard]] bool busy() const { return worker_.busy(); }

  /// Begins a lookup; not while busy. `done` is called later, from the loop; or at once, with an
  /// error, where no lookup can begin.
  void start(uv_loop_s& loop, const Endpoint& endpoint, Done done);

  /// The answer under way will be thrown away.
  void abandon() { done_ = nullptr; }

  /// What getaddrinfo says.
  static Answer ask_system(const Endpoint& endpoint);

 private:
  void finish(const Answer& answer);

  Lookup lookup_;
  Done done_;  ///< Of the lookup under way; empty if it was abandoned.
  Worker worker_;
};

}  // namespace flatline
