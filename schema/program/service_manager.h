#pragma once

// What a process tells the service manager that started it, by the protocol of sd_notify(3): that
// it is ready, that it reloads or stops, how it is, and that it works. Spoken by hand, because
// libsystemd costs an agent 1.1 MiB of memory.
//
// beat() is called where work was done (a snapshot was sent, a tick was published) and nowhere
// else, so a loop that hangs falls silent, and the manager starts the process again. Nothing here
// waits for the manager, allocates or throws: a message that it does not take now is lost. What a
// lost beat said, the next one says anew; and it begins with what else was lost and still holds,
// for the manager ends a process that it never hears to be ready, or to need more patience. Where
// no manager asked to be told, all of it does nothing.
//
// One thread calls beat() and expect_work_every(). The others may be called on any thread.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "schema/program/descriptor.h"
#include "schema/time.h"

namespace flatline {

class ServiceManager {
 public:
  /// Nobody is told anything.
  ServiceManager() = default;
  /// `socket` is a path, or a name after `@`. The manager takes the process for hung where it hears
  /// no beat for `patience`; zero: it waits for none.
  ServiceManager(std::string socket, Duration patience);
  /// Takes what the manager wrote into the environment out of it, so that no child of this process
  /// speaks in its name. The caller has no other thread yet.
  [[nodiscard]] static ServiceManager from_environment();

  /// The work is done once in each `period`. Where the manager's patience is too short for that, it
  /// is asked for more.
  void expect_work_every(Duration period);

  /// The start is done, or a reload has ended, whatever came of it.
  void tell_ready() noexcept;
  void tell_reloading(Instant now) noexcept;
  void tell_stopping() noexcept;

  /// Whether a beat is due. It is not while the last one is fresh.
  [[nodiscard]] bool wants_beat(Instant now) const;
  /// Work was done at `now`; `status` says in one line how all is.
  void beat(Instant now, std::string_view status) noexcept;

 private:
  /// Returns false if the message was lost. The caller holds the lock.
  bool tell(std::string_view message) const noexcept;

  std::string address_;  ///< Empty: nobody is told.
  Descriptor socket_;
  Duration patience_{0};  ///< What the manager was told to have.
  Duration asked_{0};     ///< What it was asked for last.
  Duration pace_{0};      ///< The least time between two beats.
  Instant last_beat_{};
  bool has_beaten_ = false;
  /// Held while a message is sent, so that no late READY=1 overtakes a reload that begins.
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  /// What was lost. Guarded by the mutex.
  enum class Owed { kNothing, kReady, kReloading };
  Owed owed_ = Owed::kNothing;
  std::chrono::microseconds reloading_since_{0};
  bool is_patience_owed_ = false;
};

}  // namespace flatline
