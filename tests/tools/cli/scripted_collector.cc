#include "tests/tools/cli/scripted_collector.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

/// How many bytes the body of a request has, as its head says.
std::size_t body_bytes(const std::string& head) {
  constexpr std::string_view kField = "\r\nContent-Length: ";
  const std::size_t at = head.find(kField);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + kField.size()));
}

/// Reads one request, and returns its head. It is empty if the client has hung up.
std::string read_head(int connection) {
  std::string text;
  char some[4096];
  while (true) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end != std::string::npos && text.size() >= end + 4 + body_bytes(text.substr(0, end))) {
      return text.substr(0, end);
    }
    const ssize_t size = ::recv(connection, some, sizeof some, 0);
    if (size <= 0) return {};
    text.append(some, static_cast<std::size_t>(size));
  }
}

std::string path_of(const std::string& head) {
  const std::size_t begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

std::string token_of(const std::string& head) {
  constexpr std::string_view kBefore = "Authorization: Bearer ";
  const std::size_t begin = head.find(kBefore);
  if (begin == std::string::npos) return {};
  return head.substr(begin + kBefore.size(), head.find('\r', begin) - begin - kBefore.size());
}

}  // namespace

ScriptedCollector::ScriptedCollector(Script script) : script_(std::move(script)) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(socket_, generic, size) == 0);
  REQUIRE(::listen(socket_, 8) == 0);
  REQUIRE(::getsockname(socket_, generic, &size) == 0);
  address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  thread_ = std::thread([this] { serve(); });
}

ScriptedCollector::~ScriptedCollector() {
  ::shutdown(socket_, SHUT_RDWR);  // This ends the wait for the next connection.
  thread_.join();
  ::close(socket_);
}

std::vector<std::string> ScriptedCollector::tokens() const {
  const std::lock_guard lock(mutex_);
  return tokens_;
}

/// Gives one answer to each connection, unless the script keeps it, so that an answer that never
/// comes holds up no other.
void ScriptedCollector::serve() {
  for (int connection; (connection = ::accept(socket_, nullptr, nullptr)) >= 0;) {
    while (answer(connection)) {
    }
    ::close(connection);
  }
}

bool ScriptedCollector::answer(int connection) {
  const std::string head = read_head(connection);
  if (head.empty()) return false;
  {
    const std::lock_guard lock(mutex_);
    tokens_.push_back(token_of(head));
  }
  const Answer answer = script_(path_of(head));
  if (answer.hangs) {
    read_head(connection);  // Waits until the client gives up.
    return false;
  }
  const std::string text = fmt::format(
      "HTTP/1.1 {} Said\r\nContent-Length: {}\r\nConnection: {}\r\n{}\r\n{}", answer.status,
      answer.body.size(), answer.keeps ? "keep-alive" : "close", answer.headers, answer.body);
  ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
  return answer.keeps;
}

}  // namespace flatline::cli
