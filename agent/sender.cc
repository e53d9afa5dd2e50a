#include "agent/sender.h"

#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <utility>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {

struct Sender::Target {
  Endpoint endpoint;
  bool numeric = false;
  std::vector<SocketAddress> addresses;  ///< None until a lookup went well.
  std::size_t in_use = 0;
  std::string error;  ///< What was wrong with the last lookup; empty if it went well.
  Resolver resolver;
  int heard = 0;            ///< The errno of what the last snapshot met; 0 if nothing was heard.
  bool is_failing = false;  ///< Whether the log was told so.
  Instant heard_at{};       ///< When the last error was.

  explicit Target(Resolver::Lookup lookup) : resolver(std::move(lookup)) {}
  [[nodiscard]] const SocketAddress& address() const { return addresses[in_use]; }
};

Sender::Sender(uv_loop_s& loop, const std::vector<Endpoint>& collectors, Resolver::Lookup lookup)
    : loop_(loop),
      lookup_(std::move(lookup)),
      ipv4_(AF_INET),
      ipv6_(AF_INET6),
      schedule_(kResolvePeriod, monotonic_now()),
      alarm_(loop, [this] { resolve_all(); }) {
  replace_collectors(collectors);
  alarm_.set(schedule_.next());
}

Sender::~Sender() = default;

void Sender::replace_collectors(const std::vector<Endpoint>& collectors) {
  const auto kept = [&](const Endpoint& endpoint) {
    return std::find_if(targets_.begin(), targets_.end(), [&](const auto& target) {
      return target != nullptr && target->endpoint == endpoint;
    });
  };
  std::vector<std::unique_ptr<Target>> targets;
  for (const Endpoint& endpoint : collectors) {
    targets.push_back(kept(endpoint) == targets_.end() ? make_target(endpoint) : nullptr);
  }
  for (std::size_t i = 0; i < collectors.size(); ++i) {
    if (targets[i] == nullptr) targets[i] = std::move(*kept(collectors[i]));
  }
  targets_ = std::move(targets);
}

std::unique_ptr<Sender::Target> Sender::make_target(const Endpoint& endpoint) {
  auto target = std::make_unique<Target>(lookup_);
  target->endpoint = endpoint;
  if (const auto address = numeric_address(endpoint)) {
    target->numeric = true;
    target->addresses = {*address};
  }
  resolve(*target);
  return target;
}

void Sender::resolve_all() {
  const Instant now = monotonic_now();
  if (schedule_.due(now)) {
    schedule_.advance(now);
    for (const auto& target : targets_) resolve(*target);
  }
  alarm_.set(schedule_.next());
}

void Sender::resolve(Target& target) {
  // A numeric address needs no lookup, and where one is still under way no second one begins.
  if (target.numeric || target.resolver.busy()) return;
  target.resolver.start(loop_, target.endpoint,
                        [&target](const Resolver::Answer& answer) { take_answer(target, answer); });
}

void Sender::take_answer(Target& target, const Resolver::Answer& answer) {
  const auto& found = answer.addresses;
  if (!found.empty()) {
    // The address in use is kept while the name still has it, so that a name with several addresses
    // does not make its hosts change between them.
    const auto kept = target.addresses.empty()
                          ? found.end()
                          : std::find(found.begin(), found.end(), target.address());
    target.in_use = kept == found.end() ? 0 : static_cast<std::size_t>(kept - found.begin());
    target.addresses = found;
  }
  if (answer.error != target.error) {
    target.error = answer.error;
    if (answer.error.empty()) {
      log_info("collector {}: resolved", format_endpoint(target.endpoint));
    } else {
      log_warning("collector {}: cannot be resolved: {}{}", format_endpoint(target.endpoint),
                  answer.error, target.addresses.empty() ? "" : "; the last address serves");
    }
  }
}

void Sender::send(const Datagram& datagram, Instant now) {
  // What was said of the snapshot before.
  hear(ipv4_);
  hear(ipv6_);
  for (const auto& target : targets_) {
    if (target->addresses.empty()) {
      ++counts_.unresolved;
      continue;
    }
    judge(*target, now);
    const int error = send_to(target->address(), datagram);
    if (error == 0) {
      ++counts_.sent;
    } else {
      ++counts_.failed;
      target->heard = error;
    }
  }
}

/// Goes on to the next address where the last snapshot met an error, and tells the log.
void Sender::judge(Target& target, Instant now) {
  if (const int error = std::exchange(target.heard, 0); error != 0) {
    target.heard_at = now;
    if (!std::exchange(target.is_failing, true)) {
      log_warning("collector {}: sending to {} fails: {}", format_endpoint(target.endpoint),
                  format_address(target.address()), system_error_text(error));
    }
    target.in_use = (target.in_use + 1) % target.addresses.size();
  } else if (target.is_failing && now - target.heard_at >= kSendingCalm) {
    target.is_failing = false;
    log_info("collector {}: sending to {} has not failed for {}", format_endpoint(target.endpoint),
             format_address(target.address()), format_duration(kSendingCalm));
  }
}

/// Takes the errors that the network told of what went out by this socket, as many as one snapshot
/// can bring. Whose address is no longer in use has gone on already. Returns whether there was one.
bool Sender::hear(const DatagramSocket& socket) {
  DatagramSocket::Error error;
  bool heard = false;
  for (std::size_t i = 0; i < kCollectors && socket.hear(error); ++i) {
    heard = true;
    ++counts_.refused;
    for (const auto& target : targets_) {
      if (target->addresses.empty() || !(target->address() == error.to)) continue;
      target->heard = error.number;
    }
  }
  return heard;
}

int Sender::send_to(const SocketAddress& address, const Datagram& datagram) {
  const DatagramSocket& socket = address.is_ipv6() ? ipv6_ : ipv4_;
  const int error = socket.send(address, datagram);
  // An error that came in since the last look is about an earlier datagram, which may be another
  // collector's; for it the system sent nothing yet.
  return error != 0 && hear(socket) ? socket.send(address, datagram) : error;
}

}  // namespace flatline
