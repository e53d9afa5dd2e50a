#include "tests/harness/notify_socket.h"

#include <poll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace flatline::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

NotifySocket::NotifySocket()
    : path_((folder_.path() / "notify").string()),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
}

NotifySocket::~NotifySocket() {
  ::close(socket_);
}

std::vector<std::string> NotifySocket::under(std::chrono::microseconds patience) const {
  return {"/usr/bin/env", "NOTIFY_SOCKET=" + path_,
          "WATCHDOG_USEC=" + std::to_string(patience.count())};
}

std::optional<std::string> NotifySocket::hear(std::chrono::milliseconds patience) const {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) != 1) return std::nullopt;
  std::array<char, 4096> message;
  const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
  if (size < 0) fail("recv");
  return std::string(message.data(), static_cast<std::size_t>(size));
}

std::string NotifySocket::hear_of(const std::string& words) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto message = hear();
    if (message && message->find(words) != std::string::npos) return *message;
  }
  throw std::runtime_error("no message has " + words);
}

void NotifySocket::forget() const {
  while (hear(std::chrono::milliseconds{0})) {
  }
}

HeldMainThread::HeldMainThread(pid_t process) : process_(process) {
  if (::ptrace(PTRACE_SEIZE, process_, nullptr, nullptr) != 0) fail("ptrace: seize");
  if (::ptrace(PTRACE_INTERRUPT, process_, nullptr, nullptr) != 0) fail("ptrace: interrupt");
  int status = 0;
  while (::waitpid(process_, &status, __WALL) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
}

HeldMainThread::~HeldMainThread() {
  ::ptrace(PTRACE_DETACH, process_, nullptr, nullptr);
}

}  // namespace flatline::test
