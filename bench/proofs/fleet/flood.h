#pragma once

// Strangers: datagrams at the collector's port that no host sent, at a steady rate, from a thread
// of their own. Half of them are of a wrong size, which the kernel's filter refuses; half look
// right up to a header with a true key id, and cost the collector a look.

#include <atomic>
#include <cstdint>
#include <thread>

#include "schema/program/endpoint.h"
#include "schema/wire/identity.h"

namespace flatline::bench {

class Flood {
 public:
  Flood(const Endpoint& to, std::uint8_t key_id, std::uint32_t datagrams_per_second);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Ends it; how many datagrams it sent in all.
  std::uint64_t stop();

 private:
  void run(const Endpoint& to, std::uint8_t key_id, std::uint32_t datagrams_per_second);

  std::atomic<bool> stop_{false};
  std::uint64_t sent_ = 0;  ///< The thread's, until it has ended.
  std::thread thread_;
};

}  // namespace flatline::bench
