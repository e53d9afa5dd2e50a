#include "tests/harness/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace flatline::test {
namespace {

using Clock = std::chrono::steady_clock;

int poll_timeout(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

/// Appends what can be read now, and closes the file at its end.
void read_into(std::string& text, int& file) {
  std::array<char, 65536> buffer;
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  if (size > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  } else if (size == 0 || errno != EINTR) {
    ::close(file);
    file = -1;
  }
}

/// What a program of its own is started with: the signals that end it do so, also where whoever
/// runs the tests ignores them, as nohup does.
class Attributes {
 public:
  Attributes() {
    sigset_t ending;
    ::sigemptyset(&ending);
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&ending, signal);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigdefault(&attributes_, &ending);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const int error =
      ::posix_spawn(&pid_, arguments[0], &actions, Attributes().get(), arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  stdout_ = out[0];
  stderr_ = err[0];
  if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
}

ChildProcess::~ChildProcess() {
  if (!exit_code_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (stdout_ >= 0) ::close(stdout_);
  if (stderr_ >= 0) ::close(stderr_);
}

bool ChildProcess::read_some(Clock::time_point deadline) {
  if (stdout_ < 0 && stderr_ < 0) return false;
  std::array<pollfd, 2> files{{{stdout_, POLLIN, 0}, {stderr_, POLLIN, 0}}};
  const int ready = ::poll(files.data(), files.size(), poll_timeout(deadline));
  if (ready == 0) return false;
  if (files[0].revents != 0) read_into(out_, stdout_);
  if (files[1].revents != 0) read_into(err_, stderr_);
  return true;
}

std::optional<std::string> ChildProcess::read_line(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  std::size_t end = out_.find('\n');
  while (end == std::string::npos) {
    if (stdout_ < 0 || !read_some(deadline)) return std::nullopt;
    end = out_.find('\n');
  }
  std::string line = out_.substr(0, end);
  out_.erase(0, end + 1);
  return line;
}

std::string ChildProcess::hear(const std::vector<std::string>& any_of) {
  const auto deadline = Clock::now() + kPatience;
  for (std::size_t from = heard_;;) {
    const std::size_t end = err_.find('\n', from);
    if (end == std::string::npos) {
      if (stderr_ >= 0 && read_some(deadline)) continue;
      throw std::runtime_error("'" + any_of.front() + "' was not said, but: " + err_);
    }
    const std::string_view line(&err_[from], end - from);
    from = end + 1;
    if (std::ranges::any_of(any_of, [&](const std::string& words) {
          return line.find(words) != std::string_view::npos;
        })) {
      const std::size_t before = std::exchange(heard_, from);
      return err_.substr(before, from - before);
    }
  }
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (read_some(deadline)) {
  }
  // If both pipes have ended, the program has ended or is about to.
  if (stdout_ >= 0 || stderr_ >= 0) return std::nullopt;
  if (!exit_code_) {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return exit_code_;
}

void ChildProcess::send_signal(int number) const {
  ::kill(pid_, number);
}

Finished run_to_end(const std::vector<std::string>& command, std::chrono::milliseconds patience) {
  ChildProcess process(command);
  const auto exit_code = process.wait(patience);
  return {exit_code.value_or(-1), process.out(), process.err()};
}

}  // namespace flatline::test
