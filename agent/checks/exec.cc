// Kind `exec` runs any monitoring plugin. The plugin gets a session and a process group of its own,
// so that whatever it started can be killed with it: at the timeout, and after its own end too.

#include <fmt/core.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "agent/checks/kinds.h"
#include "agent/checks/plugin_output.h"
#include "agent/loop/handles.h"
#include "schema/limits.h"

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
    abandon();
    if (run_ != nullptr) run_->check = nullptr;
  }

  void start(uv_loop_s& loop, Done done) override {
    if (run_ != nullptr) {
      return done(unknown_result("the last run does not end although it was killed"));
    }
    pipe_ = pipe_handle(loop, this);
    size_ = 0;
    if (const int error = spawn(loop); error != 0) {
      pipe_.reset();
      return done(
          unknown_result(fmt::format("cannot run {}: {}", arguments_[0], uv_strerror(error))));
    }
    done_ = std::move(done);
    uv_read_start(reinterpret_cast<uv_stream_t*>(pipe_.get()), give_room, on_read);
  }

  void abandon() override {
    done_ = nullptr;
    pipe_.reset();
    if (run_ != nullptr) kill_group(run_->process.pid);
  }

 private:
  /// A child process until libuv has reaped it. The check may be destroyed before, so the run frees
  /// itself in its close callback.
  struct Run {
    uv_process_t process{};
    ExecCheck* check = nullptr;

    void close() {
      process.data = this;
      uv_close(reinterpret_cast<uv_handle_t*>(&process),
               [](uv_handle_t* closed) { delete static_cast<Run*>(closed->data); });
    }
  };

  int spawn(uv_loop_s& loop) {
    std::array<uv_stdio_container_t, 3> channels{};
    channels[0].flags = UV_IGNORE;  // For a child's first three files libuv opens /dev/null.
    channels[1].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
    channels[1].data.stream = reinterpret_cast<uv_stream_t*>(pipe_.get());
    channels[2].flags = UV_IGNORE;
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

  /// Kills all that is left of the group. No other process has the number of a leader that was
  /// reaped a moment ago, because the kernel goes through all numbers before it gives one again.
  static void kill_group(int leader) { ::kill(-leader, SIGKILL); }

  static void give_room(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    auto& check = *static_cast<ExecCheck*>(handle->data);
    const auto room = static_cast<unsigned>(check.output_.size() - check.size_);
    *buffer = room > 0 ? uv_buf_init(check.output_.data() + check.size_, room)
                       : uv_buf_init(check.thrown_away_.data(),
                                     static_cast<unsigned>(check.thrown_away_.size()));
  }

  static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer) {
    auto& check = *static_cast<ExecCheck*>(stream->data);
    if (got < 0) {
      check.pipe_.reset();
    } else if (buffer->base != check.thrown_away_.data()) {
      check.size_ += static_cast<std::size_t>(got);
    }
  }

  static void on_exit(uv_process_t* process, std::int64_t exit_code, int signal) {
    Run* const run = static_cast<Run*>(process->data);
    // Processes that it left in its group would hold the pipe open, or pile up over the runs.
    kill_group(process->pid);
    ExecCheck* const check = run->check;
    run->close();
    if (check != nullptr) in_callback([&] { check->end({exit_code, signal}); });
  }

  void end(PluginEnd end) {
    run_ = nullptr;
    const Done done = std::exchange(done_, nullptr);
    if (!done) return;
    read_rest();
    done(plugin_result(end, {output_.data(), size_}));
  }

  /// Reads what the plugin wrote last, which may still be in the pipe. It does not wait for the
  /// pipe's end, because a process that left the group may hold it open.
  void read_rest() {
    uv_os_fd_t descriptor = -1;
    if (pipe_ && uv_fileno(reinterpret_cast<uv_handle_t*>(pipe_.get()), &descriptor) == 0) {
      ssize_t got = 1;
      while (got > 0 && size_ < output_.size()) {
        got = ::read(descriptor, output_.data() + size_, output_.size() - size_);
        if (got > 0) size_ += static_cast<std::size_t>(got);
      }
    }
    pipe_.reset();
  }

  std::vector<std::string> arguments_;
  std::vector<std::string> environment_;
  std::vector<char*> argument_pointers_;
  std::vector<char*> environment_pointers_;
  Run* run_ = nullptr;  ///< Null when no child is left to reap.
  HandlePointer<uv_pipe_s> pipe_;
  Done done_;
  std::size_t size_ = 0;
  std::array<char, kPluginOutputBytes> output_;
  std::array<char, kPluginOutputBytes> thrown_away_;
};

}  // namespace

std::unique_ptr<Check> make_exec(CheckParameters& parameters) {
  PluginCommand command;
  command.arguments = parameters.texts("command", kPluginArguments);
  if (command.arguments.empty() || command.arguments[0].empty()) {
    parameters.fail("command",
                    "must be the plugin and its arguments, as [\"/usr/lib/nagios/"
                    "plugins/check_procs\", \"-c\", \"1:\"]");
  }
  std::string& program = command.arguments[0];
  // A name without a slash is looked for in PATH.
  if (program.find('/') != std::string::npos) program = parameters.resolved(program);
  command.environment = parameters.texts("environment", kPluginArguments);
  for (const std::string& variable : command.environment) {
    if (variable.find('=') == std::string::npos || variable.starts_with('=')) {
      parameters.fail("environment", fmt::format("\"{}\" is not NAME=VALUE", variable));
    }
  }
  return std::make_unique<ExecCheck>(std::move(command));
}

}  // namespace flatline
