#pragma once

// HTTP to one collector, by libcurl, with one deadline for all that a command asks. Throws Failure
// that says what went wrong and where: the collector was not reachable, was too slow, or has had
// too many requests.
//
// Where a context has several collectors, the first that answers the first question within its
// share of the time is the one: all that follows is asked of it alone, because pages, slots and
// generations of two collectors do not belong together.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/program/error.h"
#include "tools/cli/endpoint.h"

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
  /// `endpoints` are in the order in which they are tried; there is at least one.
  Connection(std::vector<Endpoint> endpoints, std::chrono::milliseconds timeout);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Asks, and waits for the reply. A collector that is over its budget or busy says when to ask
  /// again; this then waits and asks again, until the deadline. Of several collectors, an action
  /// is asked of the first alone: another one has a record of its own.
  Reply ask(const Question& question);

  /// Starts the allowed time anew, for a command that asks again and again.
  void restart_deadline();
  [[nodiscard]] bool is_over() const;
  /// Waits for `duration`, but no longer than the deadline. Returns false where that came first.
  [[nodiscard]] bool pause(std::chrono::milliseconds duration) const;
  /// May be called from any thread: whatever is asked now or later ends by Failure, within a
  /// second.
  void give_up();

  /// The collector that answers; until one has, the one that is asked.
  [[nodiscard]] const Endpoint& endpoint() const { return endpoints_[current_]; }
  [[nodiscard]] const std::string& api() const { return endpoint().address.url; }

  /// Whose answers these are, and why not those of a collector before it. Empty where the first
  /// answers.
  [[nodiscard]] const std::string& stand_in_note() const { return stand_in_note_; }
  /// `tell` is handed that note as soon as there is one.
  void on_stand_in(std::function<void(const std::string&)> tell) { tell_ = std::move(tell); }
  /// Lets the next question choose anew among the collectors, the one that answered last first.
  void choose_again() { is_chosen_ = endpoints_.size() == 1; }

 private:
  using Clock = std::chrono::steady_clock;

  Reply ask_once(const Question& question);
  Reply ask_current(const Question& question);
  /// Asks one collector after the other, until one answers.
  Reply choose(const Question& question);
  void take_as_chosen(const std::string& missed);
  void wait_until(Clock::time_point moment) const;
  [[nodiscard]] std::string too_slow() const;
  [[nodiscard]] std::string unreachable(std::string_view why) const;

  std::vector<Endpoint> endpoints_;
  std::size_t current_ = 0;
  bool is_chosen_;  ///< All questions are for the current one.
  std::string stand_in_note_;
  std::function<void(const std::string&)> tell_;
  std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  Clock::time_point share_end_;      ///< Until when the current one is waited for,
  std::chrono::milliseconds share_;  ///< and how long that is.
  bool answered_ = false;            ///< Whether it has answered within this deadline.
  std::atomic<bool> given_up_ = false;
  mutable std::mutex waiting_;
  mutable std::condition_variable wakes_;  ///< A wait, where it is given up.
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// Encodes `text` for a query's value or a path's part (RFC 3986).
std::string url_encode(const std::string& text);

}  // namespace flatline::cli
