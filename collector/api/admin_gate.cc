#include "collector/api/admin_gate.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "schema/program/wall_time.h"

namespace flatline {

namespace {

double share_of(std::uint32_t capacity) {
  return static_cast<double>(capacity) / kNamesShareOfCapacity;
}

ApiResponse refuse_for(Duration wait, const std::string& error) {
  ApiResponse refused = refuse_request(429, error);
  refused.retry_after_seconds = to_retry_seconds(wait);
  return refused;
}

/// `drain needs an operator's or one of the role drain`
std::string needs_text(std::optional<ActionKind> action) {
  if (!action) return "changes need an operator's, or to drain one of the role drain";
  return fmt::format("{} needs an operator's{}", action_name(*action),
                     may_ask_for(Role::kDrain, *action) ? " or one of the role drain" : "");
}

constexpr const char* kClearText =
    "over a connection that others can read, tokens are not looked at; ask by TLS, on "
    "the collector's machine, or through ssh -L";

}  // namespace

AdminGate::AdminGate(std::string token, std::uint32_t capacity, Instant now)
    : token_(std::move(token)),
      rates_{{{TokenBucket(kDrainChangesPerSecond, kDrainChangesBurst, now),
               TokenBucket(share_of(capacity), share_of(capacity), now)},
              {TokenBucket(kChangesPerSecond, kChangesBurst, now),
               TokenBucket(share_of(capacity), share_of(capacity), now)}}} {
  make_table();
}

void AdminGate::make_table() {
  table_ = std::make_shared<const TokenTable>(token_, read_token_, list_);
}

void AdminGate::set_token(std::string token, std::string trouble) {
  const std::lock_guard guard(mutex_);
  token_ = std::move(token);
  trouble_ = std::move(trouble);
  has_trouble_.store(!trouble_.empty(), std::memory_order_relaxed);
  make_table();
}

void AdminGate::set_read_token(std::string token) {
  const std::lock_guard guard(mutex_);
  read_token_ = std::move(token);
  make_table();
}

void AdminGate::set_list(std::vector<TokenEntry> list, bool readers_need_one) {
  const std::lock_guard guard(mutex_);
  list_ = std::move(list);
  readers_need_one_ = readers_need_one;
  make_table();
}

void AdminGate::set_tokens(std::string admin, std::string read_token, std::vector<TokenEntry> list,
                           bool readers_need_one) {
  const std::lock_guard guard(mutex_);
  const bool stays = admin.empty();
  if (stays) admin = token_;
  table_ = std::make_shared<const TokenTable>(admin, read_token, list);  // The last that may throw.
  token_ = std::move(admin);
  read_token_ = std::move(read_token);
  list_ = std::move(list);
  readers_need_one_ = readers_need_one;
  if (stays) return;
  trouble_.clear();
  has_trouble_.store(false, std::memory_order_relaxed);
}

void AdminGate::clear_trouble() {
  const std::lock_guard guard(mutex_);
  trouble_.clear();
  has_trouble_.store(false, std::memory_order_relaxed);
}

std::string AdminGate::token() const {
  const std::lock_guard guard(mutex_);
  return token_;
}

std::string AdminGate::trouble() const {
  const std::lock_guard guard(mutex_);
  return trouble_;
}

bool AdminGate::readers_need_token() const {
  const std::lock_guard guard(mutex_);
  return readers_need_one_ || !read_token_.empty();
}

std::uint64_t AdminGate::wrong_tokens() const {
  const std::lock_guard guard(mutex_);
  return wrong_tokens_.total();
}

WrongTokens::Most AdminGate::most_wrong_tokens() const {
  const std::lock_guard guard(mutex_);
  return wrong_tokens_.most();
}

Caller AdminGate::identify(const ApiRequest& request, const Moment& moment) const {
  Caller caller;
  if (request.authorization.empty()) return caller;
  caller.proof = request.is_private ? Proof::kWrong : Proof::kUnread;
  const std::string_view token = shown_token(request.authorization);
  if (token.empty() || token.size() > kTokenBytes) return caller;
  std::shared_ptr<const TokenTable> table;
  {
    const std::lock_guard guard(mutex_);
    table = table_;
    if (token.size() < kUnguessableBytes &&
        wrong_tokens_.spent(request.client, moment.now) > Duration{0}) {
      caller.proof = Proof::kHurried;
      return caller;
    }
  }
  return table->find(token, request.is_private, moment.wall);
}

/// Where others can read on the way, a token is compared with the read token alone, if there is
/// one. What could be a guess at that counts; a long one does not, since it may be an operator's,
/// who was never told that it is wrong.
bool AdminGate::is_wrong(const ApiRequest& request, const Caller& caller) const {
  if (caller.proof != Proof::kUnread) return true;
  const std::string_view token = shown_token(request.authorization);
  return !read_token_.empty() && !token.empty() && token.size() < kUnguessableBytes;
}

void AdminGate::count_wrong(const ApiRequest& request, Caller& caller, Instant now) {
  if (caller.proof == Proof::kNone || caller.holds()) return;
  const std::lock_guard guard(mutex_);
  if (is_wrong(request, caller)) caller.wait = wrong_tokens_.count(request.client, now);
}

ApiResponse AdminGate::refuse_stranger(const Caller& caller) {
  if (caller.wait > Duration{0}) {
    return refuse_for(caller.wait,
                      "too many wrong tokens came from there; wait as Retry-After says");
  }
  constexpr const char* kHow = "Authorization: Bearer TOKEN, as flatline token makes one";
  switch (caller.proof) {
    case Proof::kNone:
      return refuse_request(401, fmt::format("a token is needed: {}", kHow));
    case Proof::kUnread:
      return refuse_request(401, kClearText);
    case Proof::kExpired:
      return refuse_request(401, fmt::format("{}'s token has expired at {}", caller.name,
                                             format_rfc3339(caller.expires.value_or(WallTime{}))));
    default:
      break;
  }
  return refuse_request(401, fmt::format("this is none of this collector's tokens: {}", kHow));
}

std::optional<ApiResponse> AdminGate::refuse_reader(const Caller& caller) const {
  if (caller.holds() || !readers_need_token()) return std::nullopt;
  return refuse_stranger(caller);
}

std::optional<ApiResponse> AdminGate::refuse_role(const Caller& caller,
                                                  std::optional<ActionKind> action) {
  if (action ? caller.may(*action) : caller.may_act()) return std::nullopt;
  ++refused_;
  return refuse_request(403, fmt::format("{}{}{}; {}", caller.name, kRoleRefusal,
                                         role_name(caller.role), needs_text(action)));
}

/// Where others can read on the way the token is not even looked at: whoever showed it there has
/// given it away.
std::optional<ApiResponse> AdminGate::refuse_change(const ApiRequest& request, const Caller& caller,
                                                    std::optional<ActionKind> action, Instant now) {
  if (!request.is_private) {
    ++refused_;
    return refuse_request(403, fmt::format("no changes are taken so: {}", kClearText));
  }
  if (!caller.holds()) {
    ++refused_;
    ApiResponse refused = refuse_stranger(caller);
    const std::string why = trouble();
    if (refused.status == 429 || why.empty()) return refused;
    return refuse_request(503,
                          fmt::format("the admin token cannot be used: {}; mend that, and have "
                                      "the collector reload (SIGHUP)",
                                      why));
  }
  if (caller.name == kReadTokenName) {
    ++refused_;
    return refuse_request(401, "the read token changes nothing; an operator's token is needed");
  }
  if (auto refused = refuse_role(caller, action)) return refused;
  Duration wait{0};
  {
    const std::lock_guard guard(mutex_);
    wait = rates_of(caller.role).requests.take(now);
  }
  if (wait <= Duration{0}) return std::nullopt;
  return refuse_for(wait, "too many changes; wait as Retry-After says");
}

Duration AdminGate::admit_names(std::size_t count, Instant now, Role role) {
  const std::lock_guard guard(mutex_);
  return rates_of(role).names.take(now, static_cast<double>(count));
}

}  // namespace flatline
