#include "tools/cli/api_address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/core.h>
#include <strings.h>

#include <memory>
#include <optional>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"

namespace flatline::cli {
namespace {

/// A URL that is taken apart by libcurl, so that it means here what it means when it is asked.
class Url {
 public:
  explicit Url(const std::string& text) : url_(::curl_url()) {
    is_good_ =
        url_ != nullptr && ::curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  }
  [[nodiscard]] bool is_good() const { return is_good_; }
  /// Nothing where the URL has no such part.
  [[nodiscard]] std::optional<std::string> part(CURLUPart which) const {
    char* text = nullptr;
    if (::curl_url_get(url_.get(), which, &text, 0) != CURLUE_OK) return std::nullopt;
    const std::unique_ptr<char, Free> owned(text);
    return std::string(text);
  }
  void set_port(const std::string& port) {
    is_good_ = ::curl_url_set(url_.get(), CURLUPART_PORT, port.c_str(), 0) == CURLUE_OK;
  }

 private:
  struct Free {
    void operator()(char* text) const { ::curl_free(text); }
    void operator()(CURLU* url) const { ::curl_url_cleanup(url); }
  };
  std::unique_ptr<CURLU, Free> url_;
  bool is_good_ = false;
};

/// libcurl never asks a name server for `localhost`.
bool is_loopback(const std::string& host) {
  if (::strcasecmp(host.c_str(), "localhost") == 0) return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  if (host.size() < 2 || host.front() != '[') return false;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

}  // namespace

std::optional<ApiAddress> parse_api_address(const std::string& text, bool by_tls) {
  const bool has_scheme = text.find("://") != std::string::npos;
  Url url((has_scheme ? "" : by_tls ? "https://" : "http://") + text);
  if (!url.is_good() || text.find_first_of(", \t") != std::string::npos) {
    return std::nullopt;
  }
  const std::string scheme = url.part(CURLUPART_SCHEME).value_or("");
  const std::string host = url.part(CURLUPART_HOST).value_or("");
  if ((scheme != "http" && scheme != "https") || host.empty() || url.part(CURLUPART_USER) ||
      url.part(CURLUPART_QUERY) || url.part(CURLUPART_FRAGMENT)) {
    return std::nullopt;
  }
  if (!has_scheme && !url.part(CURLUPART_PORT)) url.set_port(std::to_string(kApiPort));
  std::string whole = url.part(CURLUPART_URL).value_or("");
  while (whole.ends_with('/')) whole.pop_back();
  if (!url.is_good() || whole.empty()) return std::nullopt;
  return ApiAddress{whole, host, scheme == "https" || is_loopback(host)};
}

ApiAddress read_api_address(const std::string& text, bool by_tls) {
  const auto address = parse_api_address(text, by_tls);
  if (!address) refuse_flag("--api", text, kApiAddressForm);
  if (by_tls && !address->is_tls()) {
    throw UsageError(fmt::format(
        "--api: {} is clear text, which has no certificate for --ca to check; use https://{}", text,
        text.substr(text.find("://") + 3)));
  }
  return *address;
}

}  // namespace flatline::cli
