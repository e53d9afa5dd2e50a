#include "tests/harness/flood.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <random>

#include "schema/wire/datagram.h"
#include "tests/harness/loopback.h"
#include "tools/sim/limits.h"

namespace flatline::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTurn{1};
/// What it is late beyond this is left out.
constexpr std::chrono::milliseconds kMadeGood{20};

}  // namespace

/// Datagrams that one call hands over.
class Flood::Batch {
 public:
  explicit Batch(std::uint16_t port) {
    socket_.connect(port);
    for (std::size_t i = 0; i < kSendBatch; ++i) {
      std::memcpy(datagrams_[i].data(), kMagic.data(), kMagic.size());
      datagrams_[i][kMagic.size()] = std::byte{kWireVersion};
      pieces_[i].iov_base = datagrams_[i].data();
      messages_[i].msg_hdr.msg_iov = &pieces_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  void write(std::size_t i, const Stranger& stranger) {
    datagrams_[i][kMagic.size() + 1] = std::byte{stranger.key_id};
    const std::array<std::uint64_t, 2> agent_and_epoch = {
        stranger.agent_id != AgentId::kNone ? static_cast<std::uint64_t>(stranger.agent_id)
                                            : random_(),
        random_()};
    std::memcpy(datagrams_[i].data() + 8, agent_and_epoch.data(), sizeof agent_and_epoch);
    pieces_[i].iov_len = stranger.size;
  }

  /// Returns how many of the first `count` were sent.
  std::size_t send(std::size_t count) {
    const int sent = ::sendmmsg(socket_.descriptor(), messages_.data(),
                                static_cast<unsigned>(count), MSG_DONTWAIT);
    return static_cast<std::size_t>(std::max(sent, 0));
  }

 private:
  LoopbackSocket socket_;
  std::mt19937_64 random_{11};
  std::array<Datagram, kSendBatch> datagrams_{};
  std::array<iovec, kSendBatch> pieces_{};
  std::array<mmsghdr, kSendBatch> messages_{};
};

Flood::Flood(std::uint16_t port, const std::vector<Stranger>& strangers,
             double datagrams_per_second)
    : batch_(std::make_unique<Batch>(port)),
      thread_([=, this] { run(strangers, datagrams_per_second); }) {}

Flood::~Flood() {
  stop();
}

double Flood::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_one();
  if (thread_.joinable()) thread_.join();
  return sent_;
}

void Flood::run(const std::vector<Stranger>& strangers, double datagrams_per_second) {
  const double most_due =
      std::max(datagrams_per_second * std::chrono::duration<double>(kMadeGood).count(), 1.0);
  double due = 0;
  std::size_t turn = 0;
  Clock::time_point last = Clock::now();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const Clock::time_point now = Clock::now();
    due = std::min(due + datagrams_per_second * std::chrono::duration<double>(now - last).count(),
                   most_due);
    last = now;
    while (due >= 1) {
      const std::size_t count = std::min(static_cast<std::size_t>(due), kSendBatch);
      for (std::size_t i = 0; i < count; ++i)
        batch_->write(i, strangers[turn++ % strangers.size()]);
      sent_ += static_cast<double>(batch_->send(count));
      due -= static_cast<double>(count);
    }
    stopping_.wait_until(lock, now + kTurn);
  }
}

}  // namespace flatline::test
