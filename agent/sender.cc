#include "agent/sender.h"

#include <uv.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/log.h"

namespace flatline {

struct Sender::Target {
  Endpoint endpoint;
  bool numeric = false;
  std::optional<SocketAddress> address;
  std::string error;  ///< What was wrong with the last lookup; empty if it went well.
  Resolver resolver;
};

Sender::Sender(uv_loop_s& loop, const std::vector<Endpoint>& collectors)
    : loop_(loop),
      ipv4_(udp_handle(loop, this)),
      ipv6_(udp_handle(loop, this)),
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
  auto target = std::make_unique<Target>();
  target->endpoint = endpoint;
  target->address = numeric_address(endpoint);
  target->numeric = target->address.has_value();
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
  // The address in use is kept while the name still has it, so that a name with several addresses
  // does not make its hosts change between them.
  if (!found.empty() &&
      (!target.address || std::find(found.begin(), found.end(), *target.address) == found.end())) {
    target.address = found.front();
  }
  if (answer.error != target.error) {
    target.error = answer.error;
    if (answer.error.empty()) {
      log_info("collector {}: resolved", format_endpoint(target.endpoint));
    } else {
      log_warning("collector {}: cannot be resolved: {}{}", format_endpoint(target.endpoint),
                  answer.error, target.address ? "; the last address serves" : "");
    }
  }
}

void Sender::send(const Datagram& datagram) {
  for (const auto& target : targets_) {
    if (!target->address) {
      ++counts_.unresolved;
    } else if (send_to(*target, datagram)) {
      ++counts_.sent;
    } else {
      ++counts_.failed;
    }
  }
}

bool Sender::send_to(const Target& target, const Datagram& datagram) {
  // libuv's buffers are not const, but sending does not write to them.
  const auto buffer = uv_buf_init(const_cast<char*>(reinterpret_cast<const char*>(datagram.data())),
                                  kDatagramBytes);
  uv_udp_t* const socket = target.address->is_ipv6() ? ipv6_.get() : ipv4_.get();
  return uv_udp_try_send(socket, &buffer, 1, target.address->get()) ==
         static_cast<int>(kDatagramBytes);
}

}  // namespace flatline
