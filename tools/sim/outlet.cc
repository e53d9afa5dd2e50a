#include "tools/sim/outlet.h"

#include <fmt/core.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "schema/program/descriptor.h"
#include "schema/program/error.h"
#include "tools/sim/limits.h"

namespace flatline::sim {

struct Outlet::Target {
  sockaddr_storage address{};
  socklen_t size = 0;
};

/// One socket, and the datagrams that wait to leave by it.
class Outlet::Batch {
 public:
  Batch(int family, bool clone)
      : family_(family),
        is_clone_(clone),
        socket_(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (!socket_.is_open()) {
      throw Failure(fmt::format("cannot open a UDP socket: {}", system_error_text(errno)));
    }
    // A turn that comes late sends more at once than the 160 datagrams that the kernel's usual
    // buffer holds.
    const int room = static_cast<int>(kSimulatedSendBufferBytes);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    for (std::size_t i = 0; i < kSendBatch; ++i) {
      pieces_[i] = {.iov_base = datagrams_[i].data(), .iov_len = datagrams_[i].size()};
      messages_[i].msg_hdr.msg_iov = &pieces_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  [[nodiscard]] bool serves(int family, bool clone) const {
    return family_ == family && is_clone_ == clone;
  }

  /// Adds a copy. Returns whether the batch is full now.
  bool add(Target& target, const Datagram& datagram) {
    datagrams_[size_] = datagram;
    messages_[size_].msg_hdr.msg_name = &target.address;
    messages_[size_].msg_hdr.msg_namelen = target.size;
    return ++size_ == kSendBatch;
  }

 private:
  friend class Outlet;

  int family_;
  bool is_clone_;
  Descriptor socket_;
  std::size_t size_ = 0;
  std::array<Datagram, kSendBatch> datagrams_;
  std::array<iovec, kSendBatch> pieces_{};
  std::array<mmsghdr, kSendBatch> messages_{};
};

Outlet::Outlet(const std::vector<Endpoint>& collectors) {
  for (const Endpoint& collector : collectors) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(collector.host.c_str(), std::to_string(collector.port).c_str(),
                                    &hints, &found);
    if (error != 0) {
      throw Failure(fmt::format(
          "--collector {}: cannot resolve {}: {}", format_endpoint(collector), collector.host,
          error == EAI_SYSTEM ? system_error_text(errno) : std::string{::gai_strerror(error)}));
    }
    Target& target = targets_.emplace_back();
    std::memcpy(&target.address, found->ai_addr, found->ai_addrlen);
    target.size = found->ai_addrlen;
    ::freeaddrinfo(found);
  }
  // All sockets are opened now, so that a failure shows at the start and not at the first datagram.
  for (const Target& target : targets_) batch_for(target, false);
}

Outlet::~Outlet() = default;

std::size_t Outlet::collector_count() const {
  return targets_.size();
}

Outlet::Batch& Outlet::batch_for(const Target& target, bool is_clone) {
  const int family = target.address.ss_family;
  for (const auto& batch : batches_) {
    if (batch->serves(family, is_clone)) return *batch;
  }
  return *batches_.emplace_back(std::make_unique<Batch>(family, is_clone));
}

void Outlet::send(const Way& way, const Datagram& datagram) {
  Target& target = targets_[way.collector];
  Batch& batch = batch_for(target, way.is_clone);
  if (batch.add(target, datagram)) flush(batch);
}

void Outlet::flush() {
  for (const auto& batch : batches_) flush(*batch);
}

void Outlet::flush(Batch& batch) {
  std::size_t done = 0;
  while (done < batch.size_) {
    const int taken = ::sendmmsg(batch.socket_.get(), &batch.messages_[done],
                                 static_cast<unsigned>(batch.size_ - done), 0);
    if (taken > 0) {
      done += static_cast<std::size_t>(taken);
      sent_ += static_cast<std::uint64_t>(taken);
    } else if (errno != EINTR) {
      // The kernel refused the first one, which is lost. The others are still tried.
      last_error_ = errno;
      ++errors_;
      ++done;
    }
  }
  batch.size_ = 0;
}

}  // namespace flatline::sim
