// Kind `exec` runs any monitoring plugin. The plugin gets a session and a process group of its own,
// so that whatever it started ends with it. Shortly before the timeout all of them get SIGTERM, so
// that they can remove their locks and say what they know; at the timeout, and after the plugin's
// own end too, SIGKILL. The same befalls a plugin whose check is dropped by a reload or the agent's
// end, within kPluginEndGrace.

#include <fmt/core.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/checks/kinds.h"
#include "agent/checks/plugin_output.h"
#include "agent/checks/plugin_pipe.h"
#include "agent/core/message.h"
#include "agent/loop/alarm.h"
#include "agent/loop/handles.h"
#include "schema/limits.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

struct PluginCommand {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  ///< NAME=VALUE; they go over the agent's own.
};

/// Null-terminated pointers to the texts, as exec takes them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view variable_name(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// The agent's own environment with `changes` over it.
std::vector<std::string> merged_environment(const std::vector<std::string>& changes) {
  std::vector<std::string> merged = changes;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const bool changed = std::any_of(changes.begin(), changes.end(), [&](const auto& change) {
      return variable_name(change) == variable_name(*variable);
    });
    if (!changed) merged.emplace_back(*variable);
  }
  return merged;
}

class ExecCheck : public Check {
 public:
  explicit ExecCheck(PluginCommand command)
      : arguments_(std::move(command.arguments)),
        environment_(merged_environment(command.environment)),
        argument_pointers_(pointers(arguments_)),
        environment_pointers_(pointers(environment_)) {}

  ~ExecCheck() override {
    if (run_ != nullptr) run_->drop(std::move(output_), std::move(errors_));
  }

  void start(uv_loop_s& loop, Done done) override {
    if (run_ != nullptr) {
      return done(unknown_result("the last run does not end although it was killed"));
    }
    if (!warning_) warning_ = std::make_unique<Alarm>(loop, [this] { ask_to_end(); });
    was_asked_ = false;
    if (const int error = spawn(loop); error != 0) {
      close_pipes();
      return done(
          {CheckState::kUnknown, kNoValue,
           message_of(fmt::format("{}: cannot run {}", uv_strerror(error), arguments_[0]))});
    }
    done_ = std::move(done);
    output_->read();
    errors_->read();
    warning_->set(monotonic_now() + timeout() - timeout() / kPluginGraceDivisor);
  }

  void abandon() override {
    done_ = nullptr;
    close_pipes();
    if (run_ != nullptr) signal_group(run_->process.pid, SIGKILL);
  }

  [[nodiscard]] bool is_plugin() const override { return true; }

  [[nodiscard]] std::string said() const override {
    return plugin_words(output_->text(), errors_->text());
  }

 private:
  /// A child process until libuv has reaped it. The check may be destroyed before, so the run frees
  /// itself in its close callback.
  struct Run {
    uv_process_t process{};
    ExecCheck* check = nullptr;  ///< Null once it is destroyed. The rest is of such a run alone.
    std::unique_ptr<PluginPipe> output;
    std::unique_ptr<PluginPipe> errors;
    std::unique_ptr<Alarm> patience;

    /// The check is gone, and its plugin is asked to end. It may go on writing meanwhile, since
    /// nobody removes a lock who is ended by SIGPIPE.
    void drop(std::unique_ptr<PluginPipe> out, std::unique_ptr<PluginPipe> err) noexcept {
      check = nullptr;
      output = std::move(out);
      errors = std::move(err);
      signal_group(process.pid, SIGTERM);
      try {
        patience =
            std::make_unique<Alarm>(*process.loop, [this] { signal_group(process.pid, SIGKILL); });
        patience->set(monotonic_now() + kPluginEndGrace);
      } catch (const std::exception&) {
        signal_group(process.pid, SIGKILL);
      }
    }
    void close() {
      process.data = this;
      uv_close(reinterpret_cast<uv_handle_t*>(&process),
               [](uv_handle_t* closed) { delete static_cast<Run*>(closed->data); });
    }
  };

  int spawn(uv_loop_s& loop) {
    const Descriptor output = output_->open(loop);
    const Descriptor errors = errors_->open(loop);
    std::array<uv_stdio_container_t, 3> channels{};
    channels[0].flags = UV_IGNORE;  // For a child's first three files libuv opens /dev/null.
    channels[1].flags = UV_INHERIT_FD;
    channels[1].data.fd = output.get();
    channels[2].flags = UV_INHERIT_FD;
    channels[2].data.fd = errors.get();
    uv_process_options_t options{};
    options.file = argument_pointers_[0];
    options.args = argument_pointers_.data();
    options.env = environment_pointers_.data();
    options.cwd = "/";
    options.flags = UV_PROCESS_DETACHED;  // The child calls setsid().
    options.stdio_count = static_cast<int>(channels.size());
    options.stdio = channels.data();
    options.exit_cb = on_exit;
    auto run = std::make_unique<Run>();
    const int error = uv_spawn(&loop, &run->process, &options);
    run->check = this;
    run->process.data = run.get();
    if (error != 0) {
      run.release()->close();
      return error;
    }
    run_ = run.release();
    return 0;
  }

  void ask_to_end() {
    if (run_ == nullptr || !done_) return;
    was_asked_ = true;
    signal_group(run_->process.pid, SIGTERM);
  }

  /// Signals all that is left of the group. No other process has the number of a leader that was
  /// reaped a moment ago, because the kernel goes through all numbers before it gives one again.
  static void signal_group(int leader, int number) { ::kill(-leader, number); }

  static void on_exit(uv_process_t* process, std::int64_t exit_code, int signal) {
    Run* const run = static_cast<Run*>(process->data);
    // Processes that it left in its group would hold the pipe open, or pile up over the runs.
    signal_group(process->pid, SIGKILL);
    ExecCheck* const check = run->check;
    run->close();
    if (check != nullptr) in_callback([&] { check->end({exit_code, signal}); });
  }

  void end(PluginEnd end) {
    run_ = nullptr;
    const Done done = std::exchange(done_, nullptr);
    if (!done) return;
    output_->finish();
    errors_->finish();
    done(was_asked_ ? timed_out() : plugin_result(end, output_->text(), errors_->text()));
  }

  void close_pipes() {
    output_->close();
    errors_->close();
  }

  std::vector<std::string> arguments_;
  std::vector<std::string> environment_;
  std::vector<char*> argument_pointers_;
  std::vector<char*> environment_pointers_;
  Run* run_ = nullptr;  ///< Null when no child is left to reap.
  Done done_;
  std::unique_ptr<PluginPipe> output_ =
      std::make_unique<PluginPipe>(kPluginOutputBytes, PluginPipe::Keep::kBeginning);
  std::unique_ptr<PluginPipe> errors_ =
      std::make_unique<PluginPipe>(kPluginErrorBytes, PluginPipe::Keep::kEnd);
  std::unique_ptr<Alarm> warning_;  ///< Rings when the plugin is asked to end.
  bool was_asked_ = false;
};

}  // namespace

std::unique_ptr<Check> make_exec(CheckParameters& parameters) {
  PluginCommand command;
  command.arguments = parameters.texts(
      {"command", "The plugin and its arguments; one without a slash is looked for in PATH"},
      kPluginArguments);
  if (command.arguments.empty() || command.arguments[0].empty()) {
    parameters.refuse("command",
                      "must be the plugin and its arguments, as [\"/usr/lib/nagios/"
                      "plugins/check_procs\", \"-c\", \"1:\"]");
    command.arguments = {""};
  }
  std::string& program = command.arguments[0];
  // A name without a slash is looked for in PATH.
  if (program.find('/') != std::string::npos) program = parameters.resolved(program);
  command.environment = parameters.texts(
      {"environment", "NAME=VALUE, put over the agent's own environment"}, kPluginArguments);
  for (const std::string& variable : command.environment) {
    if (variable.find('=') == std::string::npos || variable.starts_with('=')) {
      parameters.refuse("environment", fmt::format("\"{}\" is not NAME=VALUE", variable));
    }
  }
  return std::make_unique<ExecCheck>(std::move(command));
}

}  // namespace flatline
