#include "collector/ingest/loop.h"

#include <uv.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "collector/ingest/loop_steps.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {

/// A look that drained the socket is followed by a rest and then by the next look, without asking
/// the poller in between. The loop goes back to the poller only after a look that found nothing. So
/// a busy collector wakes a constant number of times a second, and takes full batches; only a flood
/// shortens its rests (ReceivePace). A look takes at most kBatchesPerWake batches; if more
/// datagrams wait, the next look follows at once, but after the timers that are due. Each tick
/// looks at the socket first, so that a rest delays no news.
struct Loop::State {
  State(ReceiveSocket& from, Fleet& fleet, ViewBoard& board, Duration tick, Hooks hooks)
      : socket(from),
        beat(fleet.beat_period()),
        steps(
            fleet, board, tick, from.buffer().room(),
            {[this](bool was_filled) { return read_losses(was_filled); }, std::move(hooks.degraded),
             std::move(hooks.published), std::move(hooks.perform_actions)}),
        reload(std::move(hooks.reload)) {}

  void on_readable() {
    uv_poll_stop(&poll);
    on_rested();
  }

  void on_rested() {
    const Drained drained = drain();
    if (drained == Drained::kNothing) {
      uv_poll_start(&poll, UV_READABLE,
                    [](uv_poll_t* handle, int, int) { of(handle).on_readable(); });
      return;
    }
    const Milliseconds pause = drained == Drained::kAll ? steps.rest() : Milliseconds{0};
    if (pause > Milliseconds{0}) {
      uv_timer_start(
          &rest, [](uv_timer_t* handle) { of(handle).on_rested(); },
          static_cast<std::uint64_t>(pause.count()), 0);
      return;
    }
    // A timer of zero would run again before libuv looked at the time for the other timers. An idle
    // handle runs once in each round of the loop.
    uv_idle_start(&no_rest, [](uv_idle_t* handle) {
      uv_idle_stop(handle);
      of(handle).on_rested();
    });
  }

  enum class Drained : std::uint8_t {
    kNothing,  ///< Nothing was there.
    kAll,      ///< All that was there was taken.
    kPart      ///< More may be there.
  };

  Drained drain() {
    for (std::size_t look = 0; look < kBatchesPerWake; ++look) {
      const Moment before = moment_now();
      const auto batch = socket.receive();
      if (steps.take(batch, before)) continue;
      return look == 0 && batch.empty() ? Drained::kNothing : Drained::kAll;
    }
    return Drained::kPart;
  }

  void on_beat() { steps.beat(moment_now()); }

  void on_tick() {
    if (monotonic_now() >= steps.next_tick()) run_tick();
    // The timer is armed to an absolute time, so that lateness never adds up. libuv counts whole
    // milliseconds, so the wait is rounded up.
    const auto wait = std::chrono::ceil<Milliseconds>(steps.next_tick() - monotonic_now()).count();
    uv_update_time(&loop);
    uv_timer_start(
        &ticker, [](uv_timer_t* handle) { of(handle).on_tick(); },
        static_cast<std::uint64_t>(std::max<std::int64_t>(wait, 0)), 0);
  }

  void run_tick() {
    steps.begin_tick();
    drain();
    const Moment moment = moment_now();
    steps.tick(moment);
    steps.end_tick(moment.now, monotonic_now());
  }

  /// One reload goes on at a time. Of those that are asked for meanwhile, one follows. Its thread
  /// waits for files, and nobody for the thread: if it never comes back, the loop ends without it.
  void on_reload() {
    reload_again = reloading;
    if (reloading || !reload) return;
    try {
      std::thread([shared = reloaded_by, read = reload] {
        std::function<void()> apply = read();
        const std::lock_guard guard(shared->mutex);
        shared->apply = std::move(apply);
        if (shared->wake != nullptr) uv_async_send(shared->wake);
      }).detach();
      reloading = true;
    } catch (const std::exception& error) {
      log_warning("reload: no thread for it: {}", error.what());
    }
  }

  void on_reloaded() {
    std::function<void()> apply;
    {
      const std::lock_guard guard(reloaded_by->mutex);
      apply = std::move(reloaded_by->apply);
      reloaded_by->apply = nullptr;
    }
    if (apply) apply();
    reloading = false;
    if (reload_again) on_reload();
  }

  LoopSteps::KernelLosses read_losses(bool was_filled) {
    socket.counters().read(was_filled);
    return {socket.counters().lost(), socket.counters().filtered()};
  }

  template <typename Handle>
  static State& of(Handle* handle) {
    return *static_cast<State*>(handle->data);
  }

  ReceiveSocket& socket;
  Duration beat;
  LoopSteps steps;
  std::function<std::function<void()>()> reload;
  /// What a reload's thread shares with the loop, and keeps if the loop is gone.
  struct Reloading {
    std::mutex mutex;
    std::function<void()> apply;  ///< What is left to do on the loop's thread.
    uv_async_t* wake = nullptr;   ///< nullptr once the loop is gone.
  };
  std::shared_ptr<Reloading> reloaded_by = std::make_shared<Reloading>();
  bool reloading = false;
  bool reload_again = false;

  uv_loop_t loop{};
  uv_poll_t poll{};
  uv_timer_t rest{};
  uv_idle_t no_rest{};
  uv_timer_t ticker{};
  uv_timer_t beater{};
  uv_async_t caller{};
  uv_signal_t terminate{};
  uv_signal_t interrupt{};
  uv_signal_t hang_up{};
  uv_async_t reloaded{};
};

Loop::Loop(ReceiveSocket& socket, Fleet& fleet, ViewBoard& board, Duration tick, Hooks hooks)
    : state_(std::make_unique<State>(socket, fleet, board, tick, std::move(hooks))) {
  State& state = *state_;
  const auto require = [](int result) {
    if (result != 0) throw Failure(std::string("libuv: ") + uv_strerror(result));
  };
  require(uv_loop_init(&state.loop));
  require(uv_poll_init(&state.loop, &state.poll, socket.descriptor()));
  require(uv_timer_init(&state.loop, &state.rest));
  require(uv_idle_init(&state.loop, &state.no_rest));
  require(uv_timer_init(&state.loop, &state.ticker));
  require(uv_timer_init(&state.loop, &state.beater));
  require(uv_async_init(&state.loop, &state.caller, [](uv_async_t* handle) {
    State::of(handle).steps.perform_actions(wall_now());
  }));
  require(uv_signal_init(&state.loop, &state.terminate));
  require(uv_signal_init(&state.loop, &state.interrupt));
  require(uv_signal_init(&state.loop, &state.hang_up));
  require(uv_async_init(&state.loop, &state.reloaded,
                        [](uv_async_t* handle) { State::of(handle).on_reloaded(); }));
  state.poll.data = state.rest.data = state.no_rest.data = &state;
  state.ticker.data = state.beater.data = state.caller.data = &state;
  state.hang_up.data = state.reloaded.data = &state;
  state.reloaded_by->wake = &state.reloaded;
  const auto stop = [](uv_signal_t* handle, int) { uv_stop(handle->loop); };
  require(uv_signal_start(&state.terminate, stop, SIGTERM));
  require(uv_signal_start(&state.interrupt, stop, SIGINT));
  require(uv_signal_start(
      &state.hang_up, [](uv_signal_t* handle, int) { State::of(handle).on_reload(); }, SIGHUP));
}

Loop::~Loop() {
  {
    const std::lock_guard guard(state_->reloaded_by->mutex);
    state_->reloaded_by->wake = nullptr;
  }
  uv_walk(
      &state_->loop, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
  uv_run(&state_->loop, UV_RUN_DEFAULT);
  uv_loop_close(&state_->loop);
  std::signal(SIGHUP, SIG_IGN);  // libuv has put back that it ends the program.
}

void Loop::begin() {
  state_->steps.start(monotonic_now());
  const auto beat =
      static_cast<std::uint64_t>(std::chrono::floor<Milliseconds>(state_->beat).count());
  uv_timer_start(
      &state_->beater, [](uv_timer_t* handle) { State::of(handle).on_beat(); }, beat, beat);
  state_->on_tick();
}

void Loop::run() {
  state_->on_rested();
  uv_run(&state_->loop, UV_RUN_DEFAULT);
  // What ends now may wait for a disk. Who has had enough of it sends the signal once more.
  uv_signal_stop(&state_->terminate);
  uv_signal_stop(&state_->interrupt);
}

void Loop::call() {
  uv_async_send(&state_->caller);
}

}  // namespace flatline
