#pragma once

// The simulated fleet's sockets. They hand datagrams to the kernel in small batches and never wait
// for it: what the kernel does not take is lost and counted as an error, as with the agent.

#include <cstdint>
#include <memory>
#include <vector>

#include "schema/program/endpoint.h"
#include "schema/wire/datagram.h"
#include "tools/sim/held_back.h"

namespace flatline::sim {

class Outlet {
 public:
  /// Resolves every collector once. Throws Failure about the first that cannot be resolved.
  explicit Outlet(const std::vector<Endpoint>& collectors);
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  /// Copies the datagram, which is sent when its batch is full or by flush().
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
  std::vector<std::unique_ptr<Batch>> batches_;  ///< One for each socket (family, clone or not).
  std::uint64_t sent_ = 0;
  std::uint64_t errors_ = 0;
  int last_error_ = 0;
};

}  // namespace flatline::sim
