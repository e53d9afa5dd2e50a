#pragma once

// Turns names into addresses by the system's resolver (getaddrinfo). Each resolver has a worker of
// its own, so a lookup that hangs holds up neither the loop nor another resolver's lookup. It does
// one lookup at a time and keeps no answers: whoever asks decides how long one is good.

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/loop/worker.h"
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

/// `192.0.2.7:4170` or `[2001:db8::7]:4170`.
std::string format_address(const SocketAddress& address);

/// The address of an endpoint whose host is written as an address; nothing if it is a name.
std::optional<SocketAddress> numeric_address(const Endpoint& endpoint);

class Resolver {
 public:
  /// At most kResolvedAddresses addresses, in the system's order of preference; or none, and the
  /// error's text.
  struct Answer {
    std::vector<SocketAddress> addresses;
    std::string error;
  };
  using Done = std::function<void(const Answer&)>;
  /// Blocks until it has the answer. It is called on the worker's thread. What it throws becomes
  /// the error of the answer.
  using Lookup = std::function<Answer(const Endpoint&)>;

  explicit Resolver(Lookup lookup = ask_system) : lookup_(std::move(lookup)) {}

  /// Whether a lookup is under way. An abandoned one is too, because getaddrinfo cannot be stopped.
  [[nodiscard]] bool busy() const { return worker_.busy(); }

  /// Begins a lookup. The resolver must not be busy. `done` is called later, from the loop; or in
  /// this call, with an error, where no lookup can begin.
  void start(uv_loop_s& loop, const Endpoint& endpoint, Done done);

  /// Makes the lookup under way end without a call of its `done`.
  void abandon() { done_ = nullptr; }

  /// Asks getaddrinfo, and blocks until it answers.
  static Answer ask_system(const Endpoint& endpoint);

 private:
  static Answer answer_of(const Lookup& lookup, const Endpoint& endpoint);
  void finish(const Answer& answer);

  Lookup lookup_;
  Done done_;  ///< Belongs to the lookup under way; empty if that was abandoned.
  Worker worker_;
};

}  // namespace flatline
