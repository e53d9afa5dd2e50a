#include "tests/harness/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "schema/program/error.h"

namespace flatline::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

LoopbackSocket::LoopbackSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in own = loopback(0);
  socklen_t size = sizeof own;
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
      ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    throw Failure("cannot bind on loopback: " + system_error_text(errno));
  }
  address_ = to_address(reinterpret_cast<const sockaddr&>(own));
}

LoopbackSocket::~LoopbackSocket() {
  ::close(descriptor_);
}

void LoopbackSocket::connect(std::uint16_t port) {
  const sockaddr_in to = loopback(port);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw Failure("cannot connect on loopback: " + system_error_text(errno));
  }
}

void LoopbackSocket::send(std::span<const Datagram> block, std::uint16_t port) {
  const sockaddr_in to = loopback(port);
  for (const Datagram& datagram : block) {
    if (::sendto(descriptor_, datagram.data(), datagram.size(), MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) {
      throw Failure("cannot send to loopback: " + system_error_text(errno));
    }
  }
}

}  // namespace flatline::test
