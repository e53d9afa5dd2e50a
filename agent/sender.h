#pragma once

// Sends one datagram to every collector at once, without a queue. What the system does not take now
// is counted and forgotten, because the next snapshot is the retry. Names are resolved again on a
// constant schedule, whether the last lookup went well or not, and the last good addresses serve
// meanwhile. The agent owns the sender, which lives on the loop's thread.
//
// Of a name's addresses one is in use, and the next one in turn after each snapshot of which the
// system or the network says that it did not arrive (datagram_socket.h). So while errors come, each
// address has its snapshot; the first one that none comes from stays. An address that swallows
// everything in silence stays, too: UDP tells nobody.

#include <cstdint>
#include <memory>
#include <vector>

#include "agent/core/schedule.h"
#include "agent/loop/alarm.h"
#include "agent/loop/datagram_socket.h"
#include "agent/loop/resolver.h"
#include "schema/program/clock.h"
#include "schema/program/endpoint.h"
#include "schema/wire/datagram.h"

namespace flatline {

class Sender {
 public:
  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;      ///< Datagrams that the system did not take.
    std::uint64_t refused = 0;     ///< Errors that the network told of datagrams that were sent.
    std::uint64_t unresolved = 0;  ///< Not sent: the collector's name had no address yet.
  };

  /// Borrows the loop. `lookup` resolves names.
  Sender(uv_loop_s& loop, const std::vector<Endpoint>& collectors,
         Resolver::Lookup lookup = Resolver::ask_system);
  ~Sender();

  /// Sends to these from now on. A collector that was among the old ones keeps its address. When it
  /// throws, nothing has changed.
  void replace_collectors(const std::vector<Endpoint>& collectors);

  /// Makes one attempt for each collector. Never waits. Allocates nothing, but for the one line in
  /// the log when sending to a collector begins to fail, and one when it has not failed for
  /// kSendingCalm.
  void send(const Datagram& datagram, Instant now = monotonic_now());

  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Target;

  std::unique_ptr<Target> make_target(const Endpoint& endpoint);
  void resolve_all();
  void resolve(Target& target);
  static void take_answer(Target& target, const Resolver::Answer& answer);
  bool hear(const DatagramSocket& socket);
  int send_to(const SocketAddress& address, const Datagram& datagram);
  static void judge(Target& target, Instant now);

  uv_loop_s& loop_;
  Resolver::Lookup lookup_;
  DatagramSocket ipv4_;
  DatagramSocket ipv6_;
  std::vector<std::unique_ptr<Target>> targets_;
  Schedule schedule_;
  Alarm alarm_;
  Counts counts_;
};

}  // namespace flatline
