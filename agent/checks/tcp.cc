// Kind `tcp` tells whether a TCP connection to an address comes about, and in how many
// milliseconds. The addresses of a name are tried one after the other, each for an equal share of
// what is left of the timeout, so that one that does not answer leaves time for the others. Nothing
// is sent over the connection.

#include <fmt/core.h>
#include <uv.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/checks/kinds.h"
#include "agent/core/message.h"
#include "agent/loop/alarm.h"
#include "agent/loop/handles.h"
#include "agent/loop/resolver.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/endpoint.h"

namespace flatline {
namespace {

class TcpCheck : public Check {
 public:
  TcpCheck(Endpoint endpoint, const Thresholds& thresholds)
      : endpoint_(std::move(endpoint)),
        text_(format_endpoint(endpoint_)),
        thresholds_(thresholds) {}
  ~TcpCheck() override { abandon(); }

  void start(uv_loop_s& loop, Done done) override {
    done_ = std::move(done);
    loop_ = &loop;
    next_ = 0;
    silent_.clear();
    ends_ = monotonic_now() + timeout();
    if (!patience_) patience_ = std::make_unique<Alarm>(loop, [this] { give_up_attempt(); });
    if (const auto address = numeric_address(endpoint_)) {
      addresses_ = {*address};
      connect_next("");
    } else if (resolver_.busy()) {
      finish(unknown_result(fmt::format("the last lookup has not ended: {}", text_)));
    } else {
      resolver_.start(loop, endpoint_, [this](const Resolver::Answer& answer) {
        addresses_ = answer.addresses;
        connect_next(answer.error);
      });
    }
  }

  void abandon() override {
    done_ = nullptr;
    resolver_.abandon();
    forget_attempt();
  }

  /// When nobody takes the connection, the service is down for its clients too.
  [[nodiscard]] CheckState timeout_state() const override { return CheckState::kCritical; }

  [[nodiscard]] std::string said() const override {
    if (attempt_ == nullptr) return fmt::format("no answer from a name server: {}", text_);
    return fmt::format("no answer from {}{}", format_address(addresses_[next_ - 1]), silent_text());
  }

 private:
  /// A connection being made. libuv calls back about it even when its handle was closed, and the
  /// check may be destroyed by then.
  struct Attempt {
    uv_connect_t request{};
    TcpCheck* check = nullptr;  ///< Null once nobody wants the answer any more.
  };

  void connect_next(const std::string& error) {
    if (next_ == addresses_.size()) {
      return finish({CheckState::kCritical, kNoValue,
                     message_of(fmt::format("{}: {}{}", error, text_, silent_text()))});
    }
    const auto left = static_cast<Duration::rep>(addresses_.size() - next_);
    const SocketAddress& address = addresses_[next_++];
    began_ = monotonic_now();
    // The last one has all the rest.
    if (left > 1) patience_->set(began_ + (ends_ - began_) / left);
    socket_ = tcp_handle(*loop_, this);
    auto attempt = std::make_unique<Attempt>();
    attempt->check = this;
    attempt->request.data = attempt.get();
    const int started =
        uv_tcp_connect(&attempt->request, socket_.get(), address.get(), on_connected);
    if (started != 0) return connect_next(uv_strerror(started));
    attempt_ = attempt.release();
  }

  /// An address has had its share. The alarm may be one that an earlier address left.
  void give_up_attempt() {
    if (attempt_ == nullptr || next_ == addresses_.size()) return;
    if (silent_.empty()) silent_ = format_address(addresses_[next_ - 1]);
    forget_attempt();
    connect_next("no answer");
  }

  [[nodiscard]] std::string silent_text() const {
    return silent_.empty() ? "" : fmt::format(", and no answer from {}", silent_);
  }

  static void on_connected(uv_connect_t* request, int status) {
    const std::unique_ptr<Attempt> attempt(static_cast<Attempt*>(request->data));
    TcpCheck* const check = attempt->check;
    if (check == nullptr) return;
    check->attempt_ = nullptr;
    in_callback([&] { check->end(status); });
  }

  void end(int status) {
    if (status != 0) return connect_next(uv_strerror(status));
    const std::chrono::duration<double, std::milli> took = monotonic_now() - began_;
    finish({thresholds_.judge(took.count()), static_cast<float>(took.count()),
            message_of(fmt::format("connected in {:.1f} ms: {}{}", took.count(), text_,
                                   silent_.empty() ? "" : ", not to " + silent_))});
  }

  void finish(const CheckResult& result) {
    forget_attempt();
    if (const Done done = std::exchange(done_, nullptr)) done(result);
  }

  void forget_attempt() {
    if (attempt_ != nullptr) attempt_->check = nullptr;
    attempt_ = nullptr;
    socket_.reset();
  }

  const Endpoint endpoint_;
  const std::string text_;
  const Thresholds thresholds_;
  uv_loop_s* loop_ = nullptr;
  Done done_;
  Resolver resolver_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  Instant began_{};
  Instant ends_{};                   ///< When the run times out.
  std::unique_ptr<Alarm> patience_;  ///< Rings when the address in turn has had its share.
  std::string silent_;               ///< The first address that did not answer in its share.
  HandlePointer<uv_tcp_s> socket_;
  Attempt* attempt_ = nullptr;  ///< Borrowed: on_connected() owns and frees it.
};

}  // namespace

std::unique_ptr<Check> make_tcp(CheckParameters& parameters) {
  const std::string written = parameters.required_text(
      {"address", "Where to connect, ADDR:PORT; the addresses of a name are tried in turn"});
  const Thresholds thresholds =
      parameters.thresholds("", "the milliseconds until the connection is there", "", "");
  const auto endpoint = parse_endpoint(written);
  if (!endpoint || endpoint->port == 0) {
    parameters.refuse("address", fmt::format("\"{}\" is not {}", written, kEndpointForm));
    return nullptr;
  }
  return std::make_unique<TcpCheck>(*endpoint, thresholds);
}

}  // namespace flatline
