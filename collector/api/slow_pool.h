#pragma once

// A few threads of their own, and a short queue, for answers that may wait: on the disk, or for the
// loop. However slow these are, whatever the server answers at once is not behind them. What finds
// the queue full is refused there and then.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace flatline {

class SlowPool {
 public:
  /// Told whether it comes too late, because the pool is stopping, and only has to say so.
  using Job = std::function<void(bool stopping)>;

  SlowPool(unsigned threads, std::size_t places);
  ~SlowPool() { stop(); }
  SlowPool(const SlowPool&) = delete;
  SlowPool& operator=(const SlowPool&) = delete;

  /// False: the queue is full, the pool is stopping, or there is no memory; the job will not run.
  /// Otherwise it runs exactly once.
  [[nodiscard]] bool submit(Job job);
  /// Lets jobs that have begun end, tells those that wait, and takes no more.
  void stop();

 private:
  void run();

  std::size_t places_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace flatline
