#pragma once

// The simulated fleet's sockets: hands datagrams to the kernel in small batches, and never waits
// for it: what the kernel does not take is counted as an error, as the agent does.

#include <cstdint>
#include <memory>
#include <vector>

#include "schema/program/endpoint.h"
#include "schema/wire/datagram.h"
#include "tools/sim/held_back.h"

namespace flatline::sim {

class Outlet {
 public:
  /// Resolves every collector, once. Throws Failure, naming the one that cannot be.
  explicit Outlet(const std::vector<Endpoint>& collectors);
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  /// Copies the datagram; it is sent by flush() at the latest.
  void send(const Way& way, const Datagram& datagram);
  void flush();

  [[nodiscard]] std::size_t collector_count() const;
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t errors() const { return errors_; }
  [[nodiscard]] int last_error() const { return last_error_; }

 private:
  class Batch;
  struct Target;

  Batch& batch_for(const Target& target, bool is_clone);
  void flush(Batch& batch);

  std::vector<Target> targets_;
  std::vector<std::unique_ptr<Batch>> batches_;  ///< One a socket: by address family and speaker.
  std::uint64_t sent_ = 0;
  std::uint64_t errors_ = 0;
  int last_error_ = 0;
};

}  // namespace flatline::sim
