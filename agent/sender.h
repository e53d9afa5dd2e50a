#pragma once

// Sends one datagram to every collector at once, without a queue. What the system does not take now
// is counted and forgotten, because the next snapshot is the retry. Names are resolved again on a
// constant schedule, whether the last lookup went well or not, and the last good address serves
// meanwhile. The agent owns the sender, which lives on the loop's thread.

#include <cstdint>
#include <memory>
#include <vector>

#include "agent/core/schedule.h"
#include "agent/loop/alarm.h"
#include "agent/loop/handles.h"
#include "agent/loop/resolver.h"
#include "schema/program/endpoint.h"
#include "schema/wire/datagram.h"

namespace flatline {

class Sender {
 public:
  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;      ///< Datagrams that the system did not take.
    std::uint64_t unresolved = 0;  ///< Not sent: the collector's name had no address yet.
  };

  /// Borrows the loop.
  Sender(uv_loop_s& loop, const std::vector<Endpoint>& collectors);
  ~Sender();

  /// Sends to these from now on. A collector that was among the old ones keeps its address. When it
  /// throws, nothing has changed.
  void replace_collectors(const std::vector<Endpoint>& collectors);

  /// Makes one attempt for each collector. Never waits and allocates nothing.
  void send(const Datagram& datagram);

  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Target;

  std::unique_ptr<Target> make_target(const Endpoint& endpoint);
  void resolve_all();
  void resolve(Target& target);
  static void take_answer(Target& target, const Resolver::Answer& answer);
  bool send_to(const Target& target, const Datagram& datagram);

  uv_loop_s& loop_;
  HandlePointer<uv_udp_s> ipv4_;
  HandlePointer<uv_udp_s> ipv6_;
  std::vector<std::unique_ptr<Target>> targets_;
  Schedule schedule_;
  Alarm alarm_;
  Counts counts_;
};

}  // namespace flatline
