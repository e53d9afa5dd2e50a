#include "schema/program/service_manager.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "schema/service_limits.h"

namespace flatline {
namespace {

using Microseconds = std::chrono::microseconds;

using Message = std::array<char, kServiceMessageBytes>;

constexpr std::string_view kReady = "READY=1\n";

/// The value of a variable that is then gone; empty where there is none.
std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

/// Puts a message together on the stack. What does not fit is cut.
template <typename... Args>
std::string_view write_message(Message& buffer, fmt::format_string<Args...> format,
                               Args&&... args) {
  const auto written =
      fmt::format_to_n(buffer.data(), buffer.size(), format, std::forward<Args>(args)...);
  return {buffer.data(), std::min(written.size, buffer.size())};
}

std::string_view write_patience(Message& buffer, Duration patience) {
  return write_message(buffer, "WATCHDOG_USEC={}\n",
                       std::chrono::duration_cast<Microseconds>(patience).count());
}

std::string_view write_reloading(Message& buffer, Microseconds since) {
  return write_message(buffer, "RELOADING=1\nMONOTONIC_USEC={}\n", since.count());
}

}  // namespace

ServiceManager::ServiceManager(std::string socket, Duration patience)
    : patience_(patience), asked_(patience), pace_(kServiceBeat) {
  const bool fits = !socket.empty() && socket.size() < sizeof(sockaddr_un::sun_path);
  if (!fits || (socket.front() != '/' && socket.front() != '@')) return;
  socket_ = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_.is_open()) return;
  address_ = std::move(socket);
  if (patience_ > Duration::zero()) pace_ = std::min(pace_, patience_ / kServicePatience);
}

ServiceManager ServiceManager::from_environment() {
  std::string socket = take_variable("NOTIFY_SOCKET");
  const auto patience = whole_number(take_variable("WATCHDOG_USEC"));
  const auto process = whole_number(take_variable("WATCHDOG_PID"));
  const bool is_ours = !process || *process == ::getpid();
  return {std::move(socket), is_ours && patience ? Microseconds{*patience} : Duration::zero()};
}

void ServiceManager::expect_work_every(Duration period) {
  if (patience_ == Duration::zero()) return;
  const Duration wanted = std::max(patience_, kServicePatience * period);
  if (wanted == std::exchange(asked_, wanted)) return;
  Message buffer;
  const std::lock_guard guard(*mutex_);
  is_patience_owed_ = !tell(write_patience(buffer, asked_));
}

void ServiceManager::tell_ready() noexcept {
  const std::lock_guard guard(*mutex_);
  owed_ = tell(kReady) ? Owed::kNothing : Owed::kReady;
}

void ServiceManager::tell_reloading(Instant now) noexcept {
  Message buffer;
  const std::lock_guard guard(*mutex_);
  reloading_since_ = std::chrono::duration_cast<Microseconds>(now.time_since_epoch());
  owed_ = tell(write_reloading(buffer, reloading_since_)) ? Owed::kNothing : Owed::kReloading;
}

void ServiceManager::tell_stopping() noexcept {
  const std::lock_guard guard(*mutex_);
  owed_ = Owed::kNothing;
  tell("STOPPING=1\nSTATUS=stopping\n");
}

bool ServiceManager::wants_beat(Instant now) const {
  return !address_.empty() && (!has_beaten_ || now - last_beat_ >= pace_);
}

void ServiceManager::beat(Instant now, std::string_view status) noexcept {
  if (!wants_beat(now)) return;
  last_beat_ = now;
  has_beaten_ = true;
  Message buffer;
  Message of_state;
  Message of_patience;
  const std::lock_guard guard(*mutex_);
  const std::string_view state = owed_ == Owed::kReady ? kReady
                                 : owed_ == Owed::kReloading
                                     ? write_reloading(of_state, reloading_since_)
                                     : "";
  const std::string_view patience = is_patience_owed_ ? write_patience(of_patience, asked_) : "";
  const bool is_taken = tell(write_message(buffer, "{}{}WATCHDOG=1\nSTATUS={}\n", state, patience,
                                           status.substr(0, kServiceStatusBytes)));
  if (!is_taken) return;
  owed_ = Owed::kNothing;
  is_patience_owed_ = false;
}

bool ServiceManager::tell(std::string_view message) const noexcept {
  if (address_.empty()) return true;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  return ::sendto(socket_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&to), size) >= 0;
}

}  // namespace flatline
