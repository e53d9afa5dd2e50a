#include "agent/agent.h"

#include <fmt/core.h>
#include <uv.h>

#include <array>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/check_runner.h"
#include "agent/core/reporter.h"
#include "agent/core/schedule.h"
#include "agent/epoch_keeper.h"
#include "agent/loop/alarm.h"
#include "agent/loop/handles.h"
#include "agent/loop/orphans.h"
#include "agent/loop/owned_loop.h"
#include "agent/loop/worker.h"
#include "agent/open_files.h"
#include "agent/sender.h"
#include "agent/service_status.h"
#include "agent/spare_memory.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/version.h"
#include "schema/service_limits.h"
#include "schema/wire/datagram.h"

namespace flatline {

/// The reporter and the runner of one configuration. A reload replaces both together.
struct Agent::Duty {
  Duty(uv_loop_s& loop, AgentConfig& config, Instant now)
      : reporter(options_of(config), plans_of(config), now),
        runner(loop, std::move(config.checks), config.interval, now,
               [this](std::size_t index, const CheckResult& result, Instant at) {
                 reporter.take(index, result, at);
               }) {}

  static ReporterOptions options_of(const AgentConfig& config) {
    return {.name = HostName{config.credential.name},
            .labels = config.labels,
            .interval = config.interval,
            .agent_version = kVersionNumber,
            .config_hash = config.config_hash};
  }

  static std::vector<CheckPlan> plans_of(const AgentConfig& config) {
    std::vector<CheckPlan> plans;
    for (const ConfiguredCheck& check : config.checks) plans.push_back(check.plan);
    return plans;
  }

  /// Takes from `before`, whose place this takes, what a reload keeps. Nothing in it throws.
  void take_over(Duty& before) {
    reporter.take_over(before.reporter);
    runner.take_over(before.runner);
  }

  Reporter reporter;
  CheckRunner runner;
};

struct Agent::State {
  State(std::filesystem::path from, AgentConfig read, std::uint64_t epoch, bool is_stored,
        ServiceManager& manager)
      : config_path(std::move(from)),
        config(std::move(read)),
        service(manager),
        alarm(loop.get(), [this] { on_alarm(); }),
        epochs(loop.get(), config.state, epoch, is_stored, [this] { on_epoch(); }),
        sender(loop.get(), config.collectors) {
    begin_duty(std::make_unique<Duty>(loop.get(), config, monotonic_now()));
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD}) {
      signals.push_back(signal_handle(loop.get(), this));
      require_uv(uv_signal_start(signals.back().get(), on_signal, number));
    }
  }

  /// Begins to work by `config`, at the start and after a reload. Nothing in it throws.
  void begin_duty(std::unique_ptr<Duty> begun) {
    const Instant now = monotonic_now();
    const Credential& credential = config.credential;
    header.key_id = credential.key_id;
    header.credential_generation = credential.generation;
    header.agent_id = credential.agent_id;
    set_log_format(config.log_format);
    set_log_level(config.log_level);
    service.expect_work_every(config.interval);
    duty = std::move(begun);
    if (leave_left) duty->reporter.leave();
    const Duration phase = phase_of(credential.agent_id, config.interval);
    is_owed = false;
    schedule.emplace(config.interval, first_deadline(now, wall_now(), config.interval, phase));
    alarm.set(schedule->next());
  }

  void on_alarm() {
    if (is_ending) return;
    const Instant now = monotonic_now();
    if (schedule->due(now)) {
      skipped += schedule->advance(now);
      try_to_send(now);
    }
    alarm.set(schedule->next());
    reap_orphans(loop.get());  // One that ended beside a plugin may have been passed over.
  }

  /// A new epoch has begun, for which the last snapshot may have waited. It goes out now and not
  /// with the next one, so that a collector does not miss it.
  void on_epoch() {
    if (is_owed && !is_ending) try_to_send(monotonic_now());
  }

  void try_to_send(Instant now) {
    const WallTime wall = wall_now();
    const Milliseconds uptime = uptime_now();
    is_owed = !epochs.may_send(wall, uptime);
    if (is_owed) return;
    if (header.epoch != epochs.epoch()) {
      header.epoch = epochs.epoch();
      header.sequence = 0;
      duty->reporter.tell_anew();
    }
    send(duty->reporter.report(now, wall, uptime), now);
  }

  void send(const Snapshot& snapshot, Instant now) {
    ++header.sequence;
    seal_datagram(header, snapshot, config.credential.key, datagram);
    sender.send(datagram, now);
    tell_service(snapshot, now);
    if (leave_left && --*leave_left == 0) loop.stop();
  }

  /// A snapshot was sent, so the loop does not hang.
  void tell_service(const Snapshot& snapshot, Instant now) {
    if (!service.wants_beat(now)) return;
    std::array<char, kServiceStatusBytes> line;
    service.beat(now, service_status(snapshot, sender.counts(), line));
  }

  static void on_signal(uv_signal_t* handle, int number) {
    State& state = *static_cast<State*>(handle->data);
    in_callback([&] {
      switch (number) {
        case SIGHUP:
          return state.reload();
        case SIGUSR1:
          return state.leave();
        case SIGCHLD:
          return reap_orphans(state.loop.get());
        default:
          state.loop.stop();
      }
    });
  }

  void leave() {
    if (leave_left) return;
    leave_left = kLeaveIntervals;
    duty->reporter.leave();
    log_info("leaving: {} more snapshots say so", kLeaveIntervals);
  }

  /// Nothing is sent any more while plugins end.
  void end() {
    is_ending = true;
    service.tell_stopping();
    duty->runner.end();
  }

  /// Reads the configuration on a worker: its disk may hang, and what lies there may be a pipe.
  void reload() {
    if (reader.busy()) {
      is_reload_owed = true;
      return;
    }
    is_reload_owed = false;
    service.tell_reloading(monotonic_now());
    try {
      reader.start(loop.get(), [this, path = config_path]() -> Worker::Finish {
        return [this, answer = read_in(path)] { take(answer); };
      });
    } catch (const std::exception& error) {
      refuse(error.what());
      service.tell_ready();
    }
  }

  struct Answer {
    std::shared_ptr<AgentConfig> config;  ///< Null if it could not be read.
    std::string error;
  };

  /// Runs on the worker's thread.
  static Answer read_in(const std::filesystem::path& path) {
    try {
      return {std::make_shared<AgentConfig>(read_agent_config(path)), {}};
    } catch (const std::exception& error) {
      return {nullptr, error.what()};
    }
  }

  void take(const Answer& answer) {
    if (is_ending) return;
    if (answer.config == nullptr) {
      refuse(answer.error.c_str());
    } else {
      change_to(std::move(*answer.config));
      give_back_spare_memory();
    }
    service.tell_ready();
    if (is_reload_owed) reload();
  }

  static void refuse(const char* why) {
    log_warning("not reloaded, the old configuration stays: {}", why);
  }

  /// All that may throw comes first: the old configuration stays whole until the new one is.
  void change_to(AgentConfig fresh) {
    try {
      if (fresh.state != config.state) {
        throw Failure(config_path.string() +
                      ": state: cannot change while the agent runs; restart it");
      }
      require_same_host(fresh.credential);
      require_open_files(fresh.checks.size(), fresh.collectors.size());
      auto next = std::make_unique<Duty>(loop.get(), fresh, monotonic_now());
      sender.replace_collectors(fresh.collectors);
      checks_skipped += duty->runner.skipped();
      next->take_over(*duty);
      config = std::move(fresh);
      begin_duty(std::move(next));
    } catch (const std::exception& error) {
      return refuse(error.what());
    }
    log_info("reloaded: {} checks, {} collectors, key {}, generation {}",
             duty->reporter.check_count(), config.collectors.size(), config.credential.key_id,
             config.credential.generation);
  }

  /// A credential that was delivered to the wrong host must not silence this one, and make another
  /// appear twice. The agent id is the name's in its fleet.
  void require_same_host(const Credential& fresh) const {
    const Credential& own = config.credential;
    if (fresh.agent_id == own.agent_id) return;
    throw Failure(fmt::format(
        "{}: credential: is {}, and this agent speaks for {}; restart it if that is meant",
        config_path.string(),
        fresh.name == own.name ? "another fleet's" : fmt::format("{}'s", fresh.name), own.name));
  }

  std::filesystem::path config_path;
  AgentConfig config;
  ServiceManager& service;
  OwnedLoop loop;
  std::unique_ptr<Duty> duty;
  std::optional<Schedule> schedule;
  Alarm alarm;
  EpochKeeper epochs;
  Sender sender;
  Worker reader;                ///< Reads the configuration at a reload.
  bool is_reload_owed = false;  ///< Whether a reload was asked for while it reads.
  std::vector<HandlePointer<uv_signal_t>> signals;
  Header header;
  Datagram datagram{};
  bool is_ending = false;
  bool is_owed = false;  ///< Whether the last snapshot waits for its epoch.
  std::uint64_t skipped = 0;
  std::uint64_t checks_skipped = 0;    ///< Skipped runs of checks, before the last reload.
  std::optional<unsigned> leave_left;  ///< How many more snapshots say that the host leaves.
};

Agent::Agent(std::filesystem::path config_path, AgentConfig config, std::uint64_t epoch,
             bool is_stored, ServiceManager& service) {
  require_open_files(config.checks.size(), config.collectors.size());
  state_ =
      std::make_unique<State>(std::move(config_path), std::move(config), epoch, is_stored, service);
}

Agent::~Agent() = default;

void Agent::run() {
  state_->loop.run();
  state_->end();
  const Sender::Counts& counts = state_->sender.counts();
  log_info(
      "stop: {} datagrams sent, {} of which the network refused, {} not taken by the system, "
      "{} without an address, {} intervals and {} runs of checks skipped",
      counts.sent, counts.refused, counts.failed, counts.unresolved, state_->skipped,
      state_->checks_skipped + state_->duty->runner.skipped());
}

}  // namespace flatline
