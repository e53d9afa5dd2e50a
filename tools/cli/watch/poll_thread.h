#pragma once

// Asks on a thread of its own, so that a collector that is slow or gone never holds up a key. What
// it tells goes through a box with room for one: the newest wins.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "schema/program/descriptor.h"
#include "tools/cli/client.h"
#include "tools/cli/screen/told.h"
#include "tools/cli/watch/asker.h"

namespace flatline::cli::watch {

class PollThread {
 public:
  /// Asks a round at once, and then every `every`; where that is 0, as often as a view is
  /// published.
  PollThread(Client& client, std::chrono::milliseconds every);
  /// Gives up what is being asked, and waits for the thread's end.
  ~PollThread();
  PollThread(const PollThread&) = delete;
  PollThread& operator=(const PollThread&) = delete;

  /// What is wanted from now on. Where it is something else than before, it is asked for at once.
  void want(const screen::Wanted& wanted);

  /// Readable when there is something to take.
  [[nodiscard]] int file() const { return told_file_.get(); }
  /// The newest that was told, once.
  std::optional<screen::Told> take();

 private:
  void run();
  void tell(screen::Told told);

  Client& client_;
  std::chrono::milliseconds every_;
  Descriptor told_file_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  screen::Wanted wanted_;
  bool has_new_wish_ = false;
  bool ends_ = false;
  std::optional<screen::Told> told_;
  std::thread thread_;
};

}  // namespace flatline::cli::watch
