#include "collector/api/exchange.h"

#include <fmt/core.h>
#include <microhttpd.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>

#include "schema/limits.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

struct ResponseDeleter {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};

/// A body that libmicrohttpd holds for as long as its reader takes.
struct UnsentBody {
  UnsentBody(std::string text, UnsentBytes& room) : bytes(std::move(text)), unsent(room) {}
  ~UnsentBody() { unsent.give_back(bytes.size()); }
  UnsentBody(const UnsentBody&) = delete;
  UnsentBody& operator=(const UnsentBody&) = delete;

  std::string bytes;
  UnsentBytes& unsent;
};

/// libmicrohttpd calls this from C.
void delete_body(void* body) noexcept {
  delete static_cast<UnsentBody*>(body);
}

/// Takes the body over. Returns nullptr where there is no memory.
MHD_Response* make_response(ApiResponse& answer, UnsentBytes& unsent) {
  if (!answer.lasting.empty()) {
    return MHD_create_response_from_buffer(
        answer.lasting.size(), const_cast<char*>(answer.lasting.data()), MHD_RESPMEM_PERSISTENT);
  }
  auto body = std::make_unique<UnsentBody>(std::move(answer.body), unsent);
  MHD_Response* const response = MHD_create_response_from_buffer_with_free_callback_cls(
      body->bytes.size(), body->bytes.data(), &delete_body, body.get());
  if (response != nullptr) static_cast<void>(body.release());
  return response;
}

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

/// The parameters of a query, as they are collected one by one, and what is wrong with them.
struct Query {
  std::map<std::string, std::string> parameters{};
  std::string error{};
  bool is_whole = true;  ///< False if there was no memory for all of it.
};

/// The headers that decide something. A second one of a kind might be read by whoever stands before
/// us, so neither counts.
constexpr std::array<const char*, 3> kOnlyOnce = {MHD_HTTP_HEADER_HOST,
                                                  MHD_HTTP_HEADER_AUTHORIZATION, "Idempotency-Key"};

/// libmicrohttpd calls this from C.
MHD_Result count_headers(void* into, MHD_ValueKind, const char* name, const char*) noexcept {
  auto& counts = *static_cast<std::array<unsigned, kOnlyOnce.size()>*>(into);
  for (std::size_t i = 0; i < kOnlyOnce.size(); ++i) {
    counts[i] += ::strcasecmp(name, kOnlyOnce[i]) == 0 ? 1 : 0;
  }
  return MHD_YES;
}

/// The name of a header that is given twice and may not be, or nullptr.
const char* header_given_twice(MHD_Connection* connection) {
  std::array<unsigned, kOnlyOnce.size()> counts{};
  MHD_get_connection_values(connection, MHD_HEADER_KIND, &count_headers, &counts);
  for (std::size_t i = 0; i < kOnlyOnce.size(); ++i) {
    if (counts[i] > 1) return kOnlyOnce[i];
  }
  return nullptr;
}

/// libmicrohttpd calls this from C, so it must not throw.
MHD_Result collect(void* into, MHD_ValueKind, const char* name, std::size_t name_size,
                   const char* value, std::size_t value_size) {
  Query& query = *static_cast<Query*>(into);
  try {
    const std::string key(name, name_size);
    const std::string text = value == nullptr ? "" : std::string(value, value_size);
    if (!query.parameters.emplace(key, text).second) {
      query.error = fmt::format("parameter '{}' is given twice; give it once", to_plain_utf8(key));
    }
  } catch (const std::exception&) {
    query.is_whole = false;
  }
  return query.is_whole ? MHD_YES : MHD_NO;
}

}  // namespace

Exchange::Exchange(char* uri)
    : holds_nul(std::strstr(uri, "%00") != nullptr),
      too_many_parameters(static_cast<std::size_t>(std::count(uri, uri + std::strlen(uri), '&')) >=
                          kApiParameters) {
  if (too_many_parameters) std::replace(uri, uri + std::strlen(uri), '&', '+');
}

void Exchange::read_headers(MHD_Connection* connection) {
  request.host = header(connection, MHD_HTTP_HEADER_HOST);
  request.authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
  request.key = header(connection, "Idempotency-Key");
  request.accept = header(connection, MHD_HTTP_HEADER_ACCEPT);
  request.codings = header(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  request.known_tags = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
}

void Exchange::take_body(std::string_view part) {
  too_large |= part.size() > room - request.body.size();
  if (!too_large) request.body.append(part);
}

std::optional<ApiResponse> Exchange::read(MHD_Connection* connection, const char* url,
                                          const char* method) {
  if (holds_nul) return refuse_request(400, "%00 is not allowed: no name or filter holds a NUL");
  if (too_large) {
    return refuse_request(413, fmt::format("a body has at most {} bytes here", room));
  }
  if (too_many_parameters) {
    return refuse_request(400, fmt::format("at most {} parameters are allowed", kApiParameters));
  }
  if (const char* const name = header_given_twice(connection)) {
    return refuse_request(400, fmt::format("the header {} is given twice; give it once", name));
  }
  Query query;
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, &collect, &query);
  if (!query.is_whole) throw std::bad_alloc();
  if (!query.error.empty()) return refuse_request(400, query.error);
  request.method = method;
  request.path = url;
  request.query = std::move(query.parameters);
  read_headers(connection);
  return std::nullopt;
}

/// libmicrohttpd has already refused a length that is no number.
bool announces_too_much(MHD_Connection* connection, std::size_t room) {
  const std::string length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return std::strtoull(length.c_str(), nullptr, 10) > room;
}

bool UnsentBytes::take(std::size_t bytes) {
  const std::size_t before = bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (bytes <= kApiSmallAnswerBytes || before + bytes <= kApiUnsentBytes) return true;
  give_back(bytes);
  return false;
}

bool send(MHD_Connection* connection, ApiResponse answer, UnsentBytes& unsent) {
  const std::unique_ptr<MHD_Response, ResponseDeleter> owner(make_response(answer, unsent));
  MHD_Response* const response = owner.get();
  if (response == nullptr) return false;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  // `no-cache` lets a browser keep it, and has it ask by the tag whether it is still so.
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                          answer.etag.empty() ? "no-store" : "no-cache");
  if (!answer.etag.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, std::string(answer.etag).c_str());
  }
  for (const HttpHeader& header : answer.headers) {
    MHD_add_response_header(response, header.name, header.value);
  }
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (answer.retry_after_seconds > 0) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                            std::to_string(answer.retry_after_seconds).c_str());
  }
  if (!answer.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow.c_str());
  }
  for (const auto& [name, value] : answer.page_headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  return MHD_queue_response(connection, answer.status, response) == MHD_YES;
}

}  // namespace flatline
