#pragma once

// Strangers: datagrams that no host sent, to a collector on loopback, at a steady rate. They come
// from a thread of their own until they are stopped.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "schema/limits.h"
#include "schema/wire/identity.h"

namespace flatline::test {

/// What a stranger knows of us: the magic, the version, and what stands here. The epoch and
/// everything sealed are random.
struct Stranger {
  std::uint8_t key_id = 0;
  AgentId agent_id = AgentId::kNone;  ///< kNone: another one each time, at random.
  std::size_t size = kDatagramBytes;
};

class Flood {
 public:
  /// `strangers` take turns. The thread makes good what it is late, but no more than a moment of
  /// it, so that no pause ends in a burst. Throws Failure.
  Flood(std::uint16_t port, const std::vector<Stranger>& strangers, double datagrams_per_second);
  ~Flood();
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

  /// Ends it. Returns how many datagrams the kernel took in all.
  double stop();

 private:
  class Batch;

  void run(const std::vector<Stranger>& strangers, double datagrams_per_second);

  std::unique_ptr<Batch> batch_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  double sent_ = 0;  ///< The thread's, until it has ended.
  std::thread thread_;
};

}  // namespace flatline::test
