#include "tools/cli/connection.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "tools/cli/tls_fault.h"

namespace flatline::cli {

struct Connection::Handle {
  Handle() : curl(curl_easy_init()) {
    if (curl == nullptr) throw Failure("libcurl did not start");
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  CURL* curl;
};

namespace {

/// The headers of one request.
class Headers {
 public:
  ~Headers() { curl_slist_free_all(list_); }
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  [[nodiscard]] curl_slist* list() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// libcurl is C: nothing may be thrown through it. What is not taken ends the transfer.
std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) noexcept {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size > kMaxAnswerBytes) return 0;
  try {
    body.append(data, size);
  } catch (const std::exception&) {
    return 0;
  }
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* into) noexcept {
  const std::string_view line(data, size);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  try {
    std::string name(line.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::size_t begin = std::min(line.find_first_not_of(" \t", colon + 1), size);
    const std::size_t end = line.find_last_not_of(" \t\r\n") + 1;
    (*static_cast<std::map<std::string, std::string>*>(into))[name] =
        line.substr(begin, std::max(begin, end) - begin);
  } catch (const std::exception&) {
    return 0;
  }
  return size;
}

/// The seconds of a Retry-After; zero where there is none.
std::chrono::seconds retry_after(const std::map<std::string, std::string>& headers) {
  const auto found = headers.find("retry-after");
  int seconds = 0;
  if (found != headers.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return std::chrono::seconds{seconds};
}

/// TLS as it is spoken to a collector: what is older than 1.2 is not, and where somebody names its
/// authority, no other counts.
void speak_tls(CURL* curl, const Endpoint& endpoint) {
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);  // An error names what stands in the certificate.
  if (endpoint.ca_file.empty()) return;
  curl_easy_setopt(curl, CURLOPT_CAINFO, endpoint.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
}

/// Ends a transfer that is given up. libcurl asks about once a second while nothing comes.
int is_given_up(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return *static_cast<const std::atomic<bool>*>(flag) ? 1 : 0;
}

}  // namespace

std::string url_encode(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' ||
                       c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Connection::Connection(std::vector<Endpoint> endpoints, std::chrono::milliseconds timeout)
    : endpoints_(std::move(endpoints)),
      is_chosen_(endpoints_.size() == 1),
      timeout_(timeout),
      deadline_(Clock::now() + timeout),
      share_end_(deadline_),
      share_(timeout),
      handle_(std::make_unique<Handle>()) {}

Connection::~Connection() = default;

void Connection::restart_deadline() {
  share_end_ = deadline_ = Clock::now() + timeout_;
  share_ = timeout_;
  answered_ = false;
}

bool Connection::is_over() const {
  return Clock::now() >= deadline_;
}

bool Connection::pause(std::chrono::milliseconds duration) const {
  const auto end = Clock::now() + duration;
  wait_until(std::min(end, deadline_));
  return end < deadline_;
}

void Connection::give_up() {
  const std::lock_guard lock(waiting_);
  given_up_ = true;
  wakes_.notify_all();
}

void Connection::wait_until(Clock::time_point moment) const {
  std::unique_lock lock(waiting_);
  wakes_.wait_until(lock, moment, [this] { return given_up_.load(); });
}

Reply Connection::ask_once(const Question& question) {
  CURL* curl = handle_->curl;
  Reply reply;
  Headers headers;
  const std::string& token = endpoint().token;
  if (!token.empty()) headers.add("Authorization: Bearer " + token);
  if (!question.key.empty()) headers.add("Idempotency-Key: " + question.key);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(share_end_ - Clock::now()).count();
  char error[CURL_ERROR_SIZE] = {};
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, (api() + question.path).c_str());
  if (question.method != "GET") {
    headers.add("Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question.method.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question.body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(question.body.size()));
  }
  speak_tls(curl, endpoint());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(left, 1)));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply.headers);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_given_up);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &given_up_);
  if (given_up_) throw Failure(api() + ": it was given up");
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    const std::string fault = tls_fault({curl, code, error}, endpoint(), share_end_);
    if (!fault.empty()) throw Failure(fault);
    const std::string said = code == CURLE_OPERATION_TIMEDOUT
                                 ? too_slow()
                                 : unreachable(error[0] != '\0' ? error : curl_easy_strerror(code));
    // A connection that is used again takes no time, so what was sent counts, too.
    curl_off_t connected = 0;  // In microseconds; zero where none was made.
    curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
    long sent_bytes = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent_bytes);
    if (connected > 0 || sent_bytes > 0) throw Unanswered(said);
    throw Failure(said);
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  reply.retry_after = retry_after(reply.headers);
  answered_ = true;
  return reply;
}

/// What to say of a collector that cannot be asked. While another one may answer in its place,
/// nobody has to mend anything.
std::string Connection::unreachable(std::string_view why) const {
  std::string text = fmt::format("{}: {}", api(), why);
  if (is_chosen_)
    text += fmt::format("; is the collector there? ({} names it)", endpoint().named_by);
  return text;
}

/// What to say when the time is over. A collector that has answered before is reachable, so the
/// whole command just takes longer than was allowed.
std::string Connection::too_slow() const {
  if (!is_chosen_) return fmt::format("{}: no answer within {} ms", api(), share_.count());
  return !answered_
             ? fmt::format(
                   "{}: no answer within {} ms; is the collector there? (--timeout allows "
                   "more)",
                   api(), share_.count())
             : fmt::format("{}: it answered within {} ms, but not all of it: --timeout allows more",
                           api(), timeout_.count());
}

Reply Connection::ask_current(const Question& question) {
  while (true) {
    Reply reply = ask_once(question);
    const bool busy = reply.status == 503 && reply.retry_after.count() > 0;
    if (reply.status != 429 && !busy) return reply;
    const auto back_at = Clock::now() + std::max(reply.retry_after, std::chrono::seconds{1});
    if (back_at >= share_end_) {
      if (busy) return reply;
      throw Failure(fmt::format("{}: too many requests; the collector asks to wait {} s", api(),
                                reply.retry_after.count()));
    }
    wait_until(back_at);
  }
}

Reply Connection::ask(const Question& question) {
  const bool may_choose = !is_chosen_ && question.method == "GET";
  return may_choose ? choose(question) : ask_current(question);
}

void Connection::take_as_chosen(const std::string& missed) {
  is_chosen_ = true;
  share_end_ = deadline_;
  share_ = timeout_;
  stand_in_note_.clear();
  if (missed.empty()) return;
  stand_in_note_ = fmt::format("{}; this is {}'s answer", missed, endpoint().name);
  if (tell_) tell_(stand_in_note_);
}

Reply Connection::choose(const Question& question) {
  std::string missed;
  bool may_be_there = false;
  for (std::size_t tried = 0; tried < endpoints_.size(); ++tried) {
    const auto left = static_cast<std::int64_t>(endpoints_.size() - tried);
    share_ = std::chrono::ceil<std::chrono::milliseconds>((deadline_ - Clock::now()) / left);
    share_end_ = Clock::now() + share_;
    std::string why;
    try {
      Reply reply = ask_current(question);
      if (reply.status < 500) {
        take_as_chosen(missed);
        return reply;
      }
      why = fmt::format("{}: answered {}", api(), reply.status);
    } catch (const Failure& failure) {
      why = failure.what();
      may_be_there |= dynamic_cast<const Unanswered*>(&failure) != nullptr;
    }
    if (given_up_) throw Unanswered(why);
    missed +=
        fmt::format("{}{} does not answer ({})", missed.empty() ? "" : ", ", endpoint().name, why);
    current_ = (current_ + 1) % endpoints_.size();
  }
  if (may_be_there) throw Unanswered(missed);
  throw Failure(missed);
}

}  // namespace flatline::cli
