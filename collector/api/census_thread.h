#pragma once

// Takes a census (view/census.h) again and again, on a thread of its own: every census_period(),
// whoever asks and however the hosts are.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "collector/view/census.h"

namespace flatline {

class CensusThread {
 public:
  /// Both must outlive it. Throws Failure if the thread cannot be started.
  CensusThread(const ViewBoard& board, const HostTable& host_table);
  /// Waits for the pass that is under way.
  ~CensusThread();
  CensusThread(const CensusThread&) = delete;
  CensusThread& operator=(const CensusThread&) = delete;

  [[nodiscard]] const CensusBoard& results() const { return census_.results(); }

 private:
  void run();

  Census census_;
  Duration period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace flatline
