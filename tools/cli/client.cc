#include "tools/cli/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>
#include <utility>

#include "schema/codec.h"
#include "schema/error.h"
#include "schema/limits.h"
#include "schema/moment.h"
#include "schema/past_json.h"
#include "schema/text.h"
#include "schema/view_json.h"

namespace flatline::cli {

using Clock = std::chrono::steady_clock;

struct Client::Handle {
  Handle() : curl(curl_easy_init()) {
    if (curl == nullptr) throw Failure("libcurl did not start");
  }
  ~Handle() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
  }
  CURL* curl;
  curl_slist* headers = nullptr;
};

struct Client::Reply {
  long status = 0;
  std::string body;
  std::chrono::seconds retry_after{0};
};

namespace {

std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size > kMaxAnswerBytes) return 0;
  body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* into) {
  constexpr std::string_view kName = "retry-after:";
  std::string line(data, size);
  std::transform(line.begin(), line.end(), line.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (line.starts_with(kName)) {
    const std::size_t digits = line.find_first_of("0123456789", kName.size());
    int seconds = 0;
    if (digits != std::string::npos) {
      std::from_chars(line.data() + digits, line.data() + line.size(), seconds);
    }
    *static_cast<std::chrono::seconds*>(into) = std::chrono::seconds{seconds};
  }
  return size;
}

std::string base_url(std::string api) {
  if (api.find("://") == std::string::npos) api = "http://" + api;
  while (api.ends_with('/')) api.pop_back();
  return api;
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

Client::Client(const std::string& api, std::string token, std::chrono::milliseconds timeout)
    : api_(base_url(api)),
      token_(std::move(token)),
      timeout_(timeout),
      deadline_(Clock::now() + timeout),
      handle_(std::make_unique<Handle>()) {
  if (!token_.empty()) {
    handle_->headers = curl_slist_append(nullptr, ("Authorization: Bearer " + token_).c_str());
  }
}

Client::~Client() = default;

void Client::restart_deadline() {
  deadline_ = Clock::now() + timeout_;
}

Client::Reply Client::ask_once(const std::string& path) {
  CURL* curl = handle_->curl;
  Reply reply;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  char error[CURL_ERROR_SIZE] = {};
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, (api_ + path).c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, handle_->headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(left, 1)));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply.retry_after);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OPERATION_TIMEDOUT) {
    throw Failure(
        fmt::format("{}: no answer within {} ms; is the collector there? (--timeout "
                    "allows more)",
                    api_, timeout_.count()));
  }
  if (code != CURLE_OK) {
    throw Failure(fmt::format("{}: {}; is the collector there? (--api or FLATLINE_API names it)",
                              api_, error[0] != '\0' ? error : curl_easy_strerror(code)));
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  return reply;
}

/// Over its budget, a collector says when to come back; that is kept, within the deadline.
Client::Reply Client::ask(const std::string& path) {
  while (true) {
    Reply reply = ask_once(path);
    if (reply.status != 429) return reply;
    const auto back_at = Clock::now() + std::max(reply.retry_after, std::chrono::seconds{1});
    if (back_at >= deadline_) {
      throw Failure(fmt::format("{}: too many requests; the collector asks to wait {} s", api_,
                                reply.retry_after.count()));
    }
    std::this_thread::sleep_until(back_at);
  }
}

std::string Client::get(const std::string& path) {
  return require_ok(ask(path));
}

std::string Client::require_ok(const Reply& reply) const {
  if (reply.status == 200) return reply.body;
  const auto problem = problem_from_json(reply.body);
  throw Failure(fmt::format(
      "{}: {}", api_,
      problem ? to_plain_utf8(problem->error) : fmt::format("answered {}", reply.status)));
}

namespace {

std::string url_encode(WallTime time) {
  return cli::url_encode(format_rfc3339(time));
}

/// An answer that does not parse is not a collector's.
template <typename Answer>
Answer expect(std::optional<Answer> answer, const std::string& api) {
  if (!answer) {
    throw Failure(fmt::format("{}: this is not a flatline collector's answer; check --api", api));
  }
  return std::move(*answer);
}

}  // namespace

std::string Client::fleet_path(const std::string& resource, const std::string& query) const {
  const std::string and_query = (query.empty() ? "" : "&") + query;
  if (!moment_) return fmt::format("/api/v1/{}{}{}", resource, query.empty() ? "" : "?", query);
  return fmt::format("/api/v1/at{}?time={}{}", resource == "summary" ? "" : "/" + resource,
                     url_encode(*moment_), and_query);
}

std::string Client::summary_json() {
  std::string json = get(fleet_path("summary", ""));
  expect(summary_from_json(json), api_);
  return json;
}

SummaryAnswer Client::summary() {
  return expect(summary_from_json(get(fleet_path("summary", ""))), api_);
}

std::optional<HostAnswer> Client::host(const std::string& name) {
  const Reply reply = ask("/api/v1/hosts/" + url_encode(name));
  if (reply.status == 404) return std::nullopt;
  return expect(host_from_json(require_ok(reply)), api_);
}

template <typename Answer, typename Read, typename Same, typename Append>
Answer Client::all_pages(const std::string& path, Read read, Same same, Append append) {
  std::optional<Answer> all;
  std::string after;
  while (true) {
    Answer page =
        expect(read(get(path + (after.empty() ? "" : "&after=" + url_encode(after)))), api_);
    if (all && !same(page, *all)) {
      all.reset();
      after.clear();
      if (Clock::now() >= deadline_)
        throw Failure(api_ + ": answers change faster than pages come");
      continue;
    }
    // A collector's cursor moves on; what does not would be asked for ever.
    if (!page.next.empty() && page.next == after)
      throw Failure(api_ + ": the same page came twice");
    after = std::exchange(page.next, {});
    if (all) {
      append(*all, page);
    } else {
      all = std::move(page);
    }
    if (after.empty()) return std::move(*all);
  }
}

/// Names are printed as they are, one a line: only names may pass.
void Client::require_name(const std::string& name) const {
  if (!is_host_name(name)) throw Failure(api_ + ": answered with a host without a name");
}

HostPageAnswer Client::hosts(const std::string& filter) {
  // Slots that changed hosts in between would make a list of two moments.
  HostPageAnswer all = all_pages<HostPageAnswer>(
      fleet_path("hosts", fmt::format("limit={}&filter={}", kMaxPageHosts, url_encode(filter))),
      host_page_from_json,
      [](const auto& page, const auto& first) { return page.generation == first.generation; },
      [](auto& into, const auto& page) {
        into.total = page.total;
        into.tick = page.tick;
        into.hosts.insert(into.hosts.end(), page.hosts.begin(), page.hosts.end());
      });
  for (const HostRowAnswer& host : all.hosts) require_name(host.name);
  return all;
}

BitmapAnswer Client::bitmap_of(const std::string& query) {
  return expect(decode_bitmap(get(fleet_path("bitmap", query))), api_);
}

BitmapAnswer Client::bitmap() {
  return bitmap_of("");
}

BitmapAnswer Client::bitmap(Plane plane) {
  return bitmap_of(fmt::format("plane={}", plane_name(plane)));
}

DiffAnswer Client::diff(WallTime from, std::optional<WallTime> to) {
  DiffAnswer all = all_pages<DiffAnswer>(
      fmt::format("/api/v1/diff?from={}{}&limit={}", url_encode(from),
                  to ? "&to=" + url_encode(*to) : "", kMaxPageHosts),
      diff_from_json,
      [](const auto& page, const auto& first) {
        return page.from == first.from && page.to == first.to;
      },
      [](auto& into, const auto& page) {
        into.changes.insert(into.changes.end(), page.changes.begin(), page.changes.end());
      });
  for (const HostChangeAnswer& change : all.changes) {
    if (!change.name.empty()) require_name(change.name);  // Without: only its slot is known.
  }
  return all;
}

HostHistoryAnswer Client::host_history(const std::string& name, WallTime from, WallTime to) {
  return all_pages<HostHistoryAnswer>(
      fmt::format("/api/v1/hosts/{}/history?from={}&to={}&limit={}", url_encode(name),
                  url_encode(from), url_encode(to), kMaxPageHosts),
      host_history_from_json,
      [](const auto& page, const auto& first) {
        return page.from == first.from && page.to == first.to && page.total == first.total;
      },
      [](auto& into, const auto& page) {
        into.spans.insert(into.spans.end(), page.spans.begin(), page.spans.end());
      });
}

FleetHistoryAnswer Client::fleet_history(WallTime from, WallTime to, std::size_t points) {
  return expect(fleet_history_from_json(get(fmt::format("/api/v1/history?from={}&to={}&points={}",
                                                        url_encode(from), url_encode(to), points))),
                api_);
}

}  // namespace flatline::cli
