#include "collector/ingest/receive_socket.h"

#include <fmt/core.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "collector/view/prefetch.h"
#include "schema/invariant.h"
#include "schema/program/endpoint.h"
#include "schema/program/error.h"
#include "schema/wire/datagram.h"

namespace flatline {
namespace {

/// The size of one datagram's buffer. It is larger than a datagram, so that a longer one shows, and
/// a whole number of cache lines, so that each buffer begins one.
constexpr std::size_t kSlotBytes = (kDatagramBytes / kCacheLineBytes + 1) * kCacheLineBytes;
constexpr std::size_t kUdpHeaderBytes = 8;

struct Resolved {
  sockaddr_storage address{};
  socklen_t size = 0;
};

Resolved resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    throw Failure(fmt::format("listen: {} is not an IP address: {}", host, gai_strerror(error)));
  }
  Resolved resolved;
  resolved.size = found->ai_addrlen;
  std::memcpy(&resolved.address, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return resolved;
}

/// Attaches a classic BPF program that lets pass only what has our size, magic and version, and one
/// of two key ids or the luck of one in `sample`. To the program a packet begins with its UDP
/// header, and it loads words as big-endian. The kernel puts it in the place of an earlier one
/// between two packets.
void attach_filter(int descriptor, std::uint8_t key_id, std::uint8_t other_key_id,
                   std::uint32_t sample) {
  constexpr auto kMagicWord = static_cast<std::uint32_t>(kMagic[0]) << 24 |
                              static_cast<std::uint32_t>(kMagic[1]) << 16 |
                              static_cast<std::uint32_t>(kMagic[2]) << 8 | kMagic[3];
  constexpr auto kRandomWord = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM);
  // Of a sample, these bits of the random word are 0; without one, this jumps to the last line.
  const sock_filter draw = sample == 0
                               ? sock_filter BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0)
                               : sock_filter BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, sample - 1, 1, 0);
  std::array<sock_filter, 13> program = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kUdpHeaderBytes + kDatagramBytes, 0, 10),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kUdpHeaderBytes),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMagicWord, 0, 8),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kUdpHeaderBytes + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kWireVersion, 0, 6),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kUdpHeaderBytes + 5),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, key_id, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other_key_id, 2, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kRandomWord),
      draw,
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) {
    throw Failure(
        fmt::format("listen: the kernel refused the socket filter: {}", system_error_text(errno)));
  }
}

/// Asks for `wanted_bytes`, by force where the process is allowed to, and reads back what was
/// granted. The kernel doubles what it is asked for and counts against the double, so we ask for
/// half.
ReceiveBuffer size_buffer(int descriptor, std::size_t wanted_bytes) {
  const int half = static_cast<int>(wanted_bytes / 2);
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &half, sizeof half) != 0) {
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &half, sizeof half);
  }
  int granted = 0;
  socklen_t size = sizeof granted;
  getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &granted, &size);
  return {static_cast<std::size_t>(half) * 2, static_cast<std::size_t>(granted)};
}

}  // namespace

std::size_t wanted_receive_bytes(std::uint32_t capacity, Milliseconds min_interval) {
  const auto datagrams = std::uint64_t{capacity} *
                         static_cast<std::uint64_t>(kReceiveBufferTime.count()) /
                         static_cast<std::uint64_t>(min_interval.count());
  // The kernel takes the size as an int.
  return std::clamp<std::size_t>(datagrams * kDatagramBufferBytes, kMinReceiveBufferBytes,
                                 std::size_t{1} << 30);
}

bool has_ipv6() {
  const Descriptor probe(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return probe.is_open() || errno != EAFNOSUPPORT;
}

struct ReceiveSocket::Batch {
  Batch() {
    for (std::size_t i = 0; i < kReceiveBatch; ++i) {
      vectors[i] = {bytes.data() + i * kSlotBytes, kSlotBytes};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &sources[i];
    }
  }
  alignas(kCacheLineBytes) std::array<std::byte, kReceiveBatch * kSlotBytes> bytes;
  std::array<sockaddr_storage, kReceiveBatch> sources{};
  std::array<iovec, kReceiveBatch> vectors{};
  std::array<mmsghdr, kReceiveBatch> messages{};
  std::array<ReceivedDatagram, kReceiveBatch> received{};
};

ReceiveSocket::ReceiveSocket(const std::string& host, std::uint16_t port, std::size_t wanted_bytes,
                             std::span<const std::uint8_t> live_key_ids, std::uint32_t sample)
    : sample_(sample), batch_(std::make_unique<Batch>()) {
  INVARIANT((sample & (sample - 1)) == 0);
  const Resolved where = resolve(host, port);
  socket_ =
      Descriptor(::socket(where.address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto fail = [&](const char* what) {
    throw Failure(
        fmt::format("listen: cannot {} {} (UDP): {}; give another one with --listen ADDR:PORT",
                    what, format_endpoint({host, port}), system_error_text(errno)));
  };
  if (!socket_.is_open()) fail("open a socket for");
  const int off = 0;
  if (where.address.ss_family == AF_INET6) {
    setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  take_only(live_key_ids);  // Before bind(), so that nothing unfiltered waits.
  buffer_ = size_buffer(socket_.get(), wanted_bytes);
  counters_.emplace(socket_.get());
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&where.address), where.size) != 0) {
    fail("bind");
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  local_ = to_address(reinterpret_cast<const sockaddr&>(bound));
}

ReceiveSocket::~ReceiveSocket() = default;

void ReceiveSocket::take_only(std::span<const std::uint8_t> live_key_ids) {
  INVARIANT(!live_key_ids.empty());
  INVARIANT(live_key_ids.size() <= kFleetKeys);
  attach_filter(socket_.get(), live_key_ids.front(), live_key_ids.back(), sample_);
}

std::span<const ReceivedDatagram> ReceiveSocket::receive() {
  for (mmsghdr& message : batch_->messages) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
  const int count =
      ::recvmmsg(socket_.get(), batch_->messages.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    batch_->received[i] = {{batch_->bytes.data() + i * kSlotBytes, batch_->messages[i].msg_len},
                           to_address(reinterpret_cast<const sockaddr&>(batch_->sources[i]))};
  }
  return {batch_->received.data(), static_cast<std::size_t>(count)};
}

}  // namespace flatline
