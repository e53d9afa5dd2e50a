#include "collector/ingest/loop.h"

#include <fmt/format.h>
#include <uv.h>

#include <algorithm>

#include "collector/ingest/kernel_counters.h"
#include "collector/ingest/receive_pace.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"

namespace flatline {

/// Once it is drained the socket rests and is then looked at again, without asking the poller; only
/// a look that found nothing goes back to it. So a busy collector wakes a constant number of times
/// a second, and takes full batches. Where more waits than one look may take, the next one follows
/// a millisecond later, behind the timers that are due. Each tick looks first, so that a rest
/// delays no news.
struct Loop::State {
  State(ReceiveSocket& from, Fleet& to, ViewBoard& on, Duration period, Hooks hooked)
      : socket(from),
        fleet(to),
        board(on),
        tick(period),
        beat(to.beat_period()),
        pace(beat),
        hooks(std::move(hooked)),
        counters(from.descriptor()) {}

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
    // Not zero: libuv would run this timer again before it looked at the time for the others.
    const Milliseconds pause = drained == Drained::kAll ? pace.rest() : Milliseconds{1};
    uv_timer_start(
        &rest, [](uv_timer_t* handle) { of(handle).on_rested(); },
        static_cast<std::uint64_t>(pause.count()), 0);
  }

  enum class Drained : std::uint8_t {
    kNothing,  ///< Nothing was there.
    kAll,      ///< All that was there was taken.
    kPart      ///< More may be there.
  };

  Drained drain() {
    for (std::size_t batch = 0; batch < kBatchesPerWake; ++batch) {
      const Instant look = monotonic_now();
      fleet.beat(look);
      const auto received = socket.receive();
      ++inputs.work.receive_calls;
      inputs.work.datagrams += received.size();
      for (const ReceivedDatagram& datagram : received) {
        inputs.work.datagram_bytes += datagram.bytes.size();
      }
      fleet.accept_all(received, {pace.heard_at(look), wall_now()});
      if (received.size() == kReceiveBatch) continue;
      pace.drained(look);
      return batch == 0 && received.empty() ? Drained::kNothing : Drained::kAll;
    }
    return Drained::kPart;
  }

  void on_beat() {
    fleet.beat(monotonic_now());
    perform_actions();
  }

  /// When somebody calls, and at each beat; those beyond a tick's share wait for the next.
  void perform_actions() { actions_left -= hooks.perform_actions(wall_now(), actions_left); }

  void on_tick() {
    if (monotonic_now() >= next_tick) run_tick();
    // Armed to an absolute time, so that lateness never adds up; libuv counts whole milliseconds.
    const auto wait = std::chrono::ceil<Milliseconds>(next_tick - monotonic_now()).count();
    uv_update_time(&loop);
    uv_timer_start(
        &ticker, [](uv_timer_t* handle) { of(handle).on_tick(); },
        static_cast<std::uint64_t>(std::max<std::int64_t>(wait, 0)), 0);
  }

  /// Hears first what waits, as far as one look may take it: where the tick is late, it is not the
  /// hosts who are.
  void run_tick() {
    actions_left = kActionsPerTick;
    drain();
    const Instant now = monotonic_now();
    const Duration lateness = now - next_tick;
    const auto skipped = lateness / tick;
    next_tick += (skipped + 1) * tick;
    inputs.late_ticks += skipped > 0 ? 1 : 0;
    inputs.worst_lateness = std::max(inputs.worst_lateness, lateness);
    LoopWork& work = inputs.work;
    work.last_lateness = lateness;
    counters.read();
    inputs.lost = counters.lost();
    inputs.filtered = counters.filtered();
    inputs.degraded = hooks.degraded();
    const View& view = fleet.tick({now, wall_now()}, inputs);
    work.published_bytes += board.publish(view);
    hooks.published();
    log_change(view.head);
    work.last_tick_time = monotonic_now() - now;
    work.tick_time += work.last_tick_time;
    work.worst_tick_time = std::max(work.worst_tick_time, work.last_tick_time);
  }

  /// At most one line a tick, and only when the flags changed.
  void log_change(const ViewHead& head) {
    if (head.flags == logged_flags) return;
    logged_flags = head.flags;
    fmt::memory_buffer names;  // On the stack, as the whole line is.
    for (std::size_t i = 0; i < kFlags; ++i) {
      if ((head.flags >> i & 1) != 0) fmt::format_to(fmt::appender(names), " {}", kFlagNames[i]);
    }
    if (head.flags == 0) names.append(std::string_view(" none"));
    log_info("flags:{} ({} hosts, {} healthy, {} failing, {} silent, {} datagrams lost)",
             std::string_view(names.data(), names.size()), head.counts.hosts, head.counts.healthy,
             head.counts.failing, head.counts.silent, head.lost);
  }

  template <typename Handle>
  static State& of(Handle* handle) {
    return *static_cast<State*>(handle->data);
  }

  ReceiveSocket& socket;
  Fleet& fleet;
  ViewBoard& board;
  Duration tick;
  Duration beat;
  ReceivePace pace;
  Hooks hooks;
  KernelCounters counters;
  TickInputs inputs;
  Instant next_tick{};
  std::uint32_t logged_flags = 0;
  std::uint32_t actions_left = kActionsPerTick;

  uv_loop_t loop{};
  uv_poll_t poll{};
  uv_timer_t rest{};
  uv_timer_t ticker{};
  uv_timer_t beater{};
  uv_async_t caller{};
  uv_signal_t terminate{};
  uv_signal_t interrupt{};
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
  require(uv_timer_init(&state.loop, &state.ticker));
  require(uv_timer_init(&state.loop, &state.beater));
  require(uv_async_init(&state.loop, &state.caller,
                        [](uv_async_t* handle) { State::of(handle).perform_actions(); }));
  require(uv_signal_init(&state.loop, &state.terminate));
  require(uv_signal_init(&state.loop, &state.interrupt));
  state.poll.data = state.rest.data = state.ticker.data = state.beater.data = &state;
  state.caller.data = &state;
  const auto stop = [](uv_signal_t* handle, int) { uv_stop(handle->loop); };
  require(uv_signal_start(&state.terminate, stop, SIGTERM));
  require(uv_signal_start(&state.interrupt, stop, SIGINT));
}

Loop::~Loop() {
  uv_walk(
      &state_->loop, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
  uv_run(&state_->loop, UV_RUN_DEFAULT);
  uv_loop_close(&state_->loop);
}

void Loop::run() {
  state_->next_tick = monotonic_now();
  const auto beat =
      static_cast<std::uint64_t>(std::chrono::floor<Milliseconds>(state_->beat).count());
  uv_timer_start(
      &state_->beater, [](uv_timer_t* handle) { State::of(handle).on_beat(); }, beat, beat);
  state_->on_tick();
  state_->on_rested();
  uv_run(&state_->loop, UV_RUN_DEFAULT);
}

void Loop::call() {
  uv_async_send(&state_->caller);
}

}  // namespace flatline
