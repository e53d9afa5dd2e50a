#pragma once

// Decides who may ask what: it knows all tokens, and says of each request whose it shows and
// whether that is enough. Changes are taken at a bounded rate of requests and of names. It counts
// every change that it refuses for its token or for the way it came, and every wrong token. Any
// thread may ask.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "collector/api/caller.h"
#include "collector/api/route.h"
#include "collector/api/token_bucket.h"
#include "collector/api/token_table.h"
#include "collector/api/wrong_tokens.h"

namespace flatline {

class AdminGate {
 public:
  /// The admin token. The fleet's `capacity` decides how many names are taken a second.
  AdminGate(std::string token, std::uint32_t capacity, Instant now);

  /// From now on this is the admin token. Where there is none, or `trouble`, which says why
  /// operators do not know it, who shows no other operator's token is refused with that reason.
  void set_token(std::string token, std::string trouble);
  /// From now on readers must show this token, or another one; if it is empty, there is none.
  void set_read_token(std::string token);
  /// From now on these are the tokens of the list. Reading takes a token if there is a read token,
  /// or if `readers_need_one`: it does not follow from what is in the list, so that whoever takes
  /// the last reader out of it does not open the collector to anybody.
  void set_list(std::vector<TokenEntry> list, bool readers_need_one);
  /// Does all three in one step: no request finds some tokens new and others old. An empty `admin`
  /// leaves the admin token and its trouble as they are. What throws changes nothing.
  void set_tokens(std::string admin, std::string read_token, std::vector<TokenEntry> list,
                  bool readers_need_one);
  /// Operators can read the admin token now, whichever it is.
  void clear_trouble();

  [[nodiscard]] std::string token() const;
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] bool has_trouble() const { return has_trouble_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool readers_need_token() const;

  /// Says whose token the request shows. Counts nothing.
  [[nodiscard]] Caller identify(const ApiRequest& request, const Moment& moment) const;
  /// Counts the token if it is wrong, and notes how long its client has to wait then. Each request
  /// passes here once, before anything is answered that a right token would get otherwise: the rate
  /// of requests, a place beyond a client's share and what anybody may ask tell a guesser
  /// something, too.
  void count_wrong(const ApiRequest& request, Caller& caller, Instant now);

  /// Each returns the answer that refuses the request, or nothing if it may go on. `action` is what
  /// a change asks for, if its path says so.
  [[nodiscard]] std::optional<ApiResponse> refuse_reader(const Caller& caller) const;
  [[nodiscard]] std::optional<ApiResponse> refuse_change(const ApiRequest& request,
                                                         const Caller& caller,
                                                         std::optional<ActionKind> action,
                                                         Instant now);
  /// Refuses whose role does not allow the action.
  [[nodiscard]] std::optional<ApiResponse> refuse_role(const Caller& caller,
                                                       std::optional<ActionKind> action);
  /// Refuses who does not show a right token.
  [[nodiscard]] static ApiResponse refuse_stranger(const Caller& caller);

  /// Takes so many names of a request at once and returns zero, or returns how long to wait.
  [[nodiscard]] Duration admit_names(std::size_t count, Instant now, Role role = Role::kOperator);

  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  /// How many requests showed a wrong token, and who showed most of them.
  [[nodiscard]] std::uint64_t wrong_tokens() const;
  [[nodiscard]] WrongTokens::Most most_wrong_tokens() const;

 private:
  /// What those who may change something have together. All who may drain alone have their own, so
  /// that operators are never told to wait for what those did. What changes then share is bounded
  /// by these rates alone: places in the pool, the loop and the disk, and the record of actions.
  struct Rates {
    TokenBucket requests;
    TokenBucket names;
  };

  void make_table();
  /// Whether a token that does not hold is a wrong one. Only under the mutex.
  [[nodiscard]] bool is_wrong(const ApiRequest& request, const Caller& caller) const;
  [[nodiscard]] Rates& rates_of(Role role) { return rates_[role == Role::kOperator ? 1 : 0]; }

  std::atomic<std::uint64_t> refused_{0};
  std::atomic<bool> has_trouble_{false};
  mutable std::mutex mutex_;  ///< Guards all that follows.
  std::string token_;
  std::string trouble_;
  std::string read_token_;
  std::vector<TokenEntry> list_;
  bool readers_need_one_ = false;
  std::shared_ptr<const TokenTable> table_;
  std::array<Rates, 2> rates_;
  WrongTokens wrong_tokens_;
};

}  // namespace flatline
