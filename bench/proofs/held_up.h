#pragma once

// How long other programs, or the machine's own host, keep this one from running: a thread asks to
// be woken all the time, and notes how late it was at worst.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "schema/time.h"

namespace flatline::bench {

class HeldUp {
 public:
  HeldUp();
  ~HeldUp();
  HeldUp(const HeldUp&) = delete;
  HeldUp& operator=(const HeldUp&) = delete;

  /// The worst since it was made.
  [[nodiscard]] Duration worst();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  Duration worst_{0};
  std::thread thread_;
};

}  // namespace flatline::bench
