#include "agent/loop/datagram_socket.h"

#include <fmt/core.h>
// These are the kernel's own, and want the system's first.
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "schema/program/error.h"

namespace flatline {
namespace {

/// Room for one error with the address of who told it.
constexpr std::size_t kErrorBytes = 256;

bool is_error(const cmsghdr& told) {
  return (told.cmsg_level == IPPROTO_IP && told.cmsg_type == IP_RECVERR) ||
         (told.cmsg_level == IPPROTO_IPV6 && told.cmsg_type == IPV6_RECVERR);
}

}  // namespace

DatagramSocket::DatagramSocket(int family)
    : socket_(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (!socket_.is_open()) {
    if (errno == EAFNOSUPPORT) return;
    throw Failure(fmt::format("a socket to send from: {}", system_error_text(errno)));
  }
  const int yes = 1;
  const bool is_ipv6 = family == AF_INET6;
  // Without it errors go unheard, and all else works.
  (void)::setsockopt(socket_.get(), is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                     is_ipv6 ? IPV6_RECVERR : IP_RECVERR, &yes, sizeof yes);
}

int DatagramSocket::send(const SocketAddress& to, std::span<const std::byte> bytes) const {
  if (!socket_.is_open()) return EAFNOSUPPORT;
  const socklen_t size = to.is_ipv6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  const ssize_t sent =
      ::sendto(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT, to.get(), size);
  return sent < 0 ? errno : 0;
}

bool DatagramSocket::hear(Error& error) const {
  if (!socket_.is_open()) return false;
  error = {};
  alignas(cmsghdr) std::array<char, kErrorBytes> control{};
  msghdr message{};
  message.msg_name = &error.to.storage;
  message.msg_namelen = sizeof error.to.storage;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket_.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
  for (cmsghdr* told = CMSG_FIRSTHDR(&message); told != nullptr;
       told = CMSG_NXTHDR(&message, told)) {
    sock_extended_err extended{};
    if (!is_error(*told) || told->cmsg_len < CMSG_LEN(sizeof extended)) continue;
    std::memcpy(&extended, CMSG_DATA(told), sizeof extended);
    error.number = static_cast<int>(extended.ee_errno);
  }
  return true;
}

}  // namespace flatline
