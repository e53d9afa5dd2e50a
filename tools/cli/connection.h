#pragma once

// HTTP to one collector, by libcurl, with one deadline for all that a command asks. Throws Failure
// that says what went wrong and where: the collector was not reachable, was too slow, or has had
// too many requests. Throws UsageError for an address that is none.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "schema/program/error.h"
#include "tools/cli/api_address.h"

namespace flatline::cli {

struct Question {
  std::string path;  ///< It begins at the root and is encoded.
  std::string method = "GET";
  std::string body = {};
  std::string key = {};  ///< The Idempotency-Key; none is sent where it is empty.
};

struct Reply {
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< Their names are in small letters.
  std::chrono::seconds retry_after{0};
};

/// The collector may have received the request, but did not answer it. So what it asked for may
/// have been done, or may be done yet.
class Unanswered : public Failure {
  using Failure::Failure;
};

class Connection {
 public:
  /// `token` may be empty.
  Connection(const std::string& api, std::string token, std::chrono::milliseconds timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Asks, and waits for the reply. A collector that is over its budget or busy says when to ask
  /// again; this then waits and asks again, until the deadline.
  Reply ask(const Question& question);

  /// Starts the allowed time anew, for a command that asks again and again.
  void restart_deadline();
  [[nodiscard]] bool is_over() const;
  /// Waits for `duration`, but no longer than the deadline. Returns false where that came first.
  [[nodiscard]] bool pause(std::chrono::milliseconds duration) const;
  /// May be called from any thread: whatever is asked now or later ends by Failure, within a
  /// second.
  void give_up();

  [[nodiscard]] const std::string& api() const { return address_.url; }
  [[nodiscard]] const ApiAddress& address() const { return address_; }

 private:
  using Clock = std::chrono::steady_clock;

  Reply ask_once(const Question& question);
  void wait_until(Clock::time_point moment) const;
  [[nodiscard]] std::string too_slow() const;

  ApiAddress address_;
  std::string token_;
  std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  bool answered_ = false;  ///< Whether it has answered within this deadline.
  std::atomic<bool> given_up_ = false;
  mutable std::mutex waiting_;
  mutable std::condition_variable wakes_;  ///< A wait, where it is given up.
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// Encodes `text` for a query's value or a path's part (RFC 3986).
std::string url_encode(const std::string& text);

}  // namespace flatline::cli
