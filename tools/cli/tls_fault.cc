#include "tools/cli/tls_fault.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "schema/program/clock.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// What OpenSSL's verification found (X509_V_ERR_…), as CURLINFO_SSL_VERIFYRESULT has it.
constexpr long kNoIssuerKnown = 2;
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;
constexpr long kSelfSigned = 18;
constexpr long kSelfSignedInChain = 19;
constexpr long kNoLocalIssuer = 20;
constexpr long kNoIssuerAtAll = 21;
/// So much of a certificate is told: it is a stranger's.
constexpr std::size_t kToldBytes = 200;

/// What a collector's certificate says of itself, as libcurl words it; empty where unknown.
struct Seen {
  std::string names;
  std::string issuer;
  std::string begins;
  std::string expires;
};

std::string plain(std::string_view text) {
  const std::string whole = to_plain_utf8(text);
  if (whole.size() <= kToldBytes) return whole;
  return std::string(utf8_prefix(whole, kToldBytes)) + "…";
}

/// `DNS:mon-1.example, IP Address:192.0.2.7` becomes `mon-1.example, 192.0.2.7`.
std::string plain_names(std::string names) {
  for (const std::string_view kind : {"DNS:", "IP Address:"}) {
    for (std::size_t at = names.find(kind); at != std::string::npos; at = names.find(kind, at)) {
      names.erase(at, kind.size());
    }
  }
  return plain(names);
}

Seen read_seen(CURL* curl) {
  Seen seen;
  curl_certinfo* found = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &found) != CURLE_OK || found == nullptr ||
      found->num_of_certs == 0) {
    return seen;
  }
  std::string common_name;
  for (const curl_slist* line = found->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text = line->data;
    const auto take = [&](std::string_view key, std::string& into) {
      if (text.starts_with(key)) into = text.substr(key.size());
    };
    take("X509v3 Subject Alternative Name:", seen.names);
    take("Subject:", common_name);
    take("Issuer:", seen.issuer);
    take("Start date:", seen.begins);
    take("Expire date:", seen.expires);
  }
  seen.names = seen.names.empty() ? plain(common_name) : plain_names(seen.names);
  seen.issuer = plain(seen.issuer);
  seen.begins = plain(seen.begins);
  seen.expires = plain(seen.expires);
  return seen;
}

struct FreeHandle {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

void set_up(CURL* curl, const std::string& url, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
}

/// Connects once more, believes whatever is shown, and asks nothing.
Seen look_again(const Endpoint& endpoint, Clock::time_point deadline) {
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  CURL* const curl = handle.get();
  if (curl == nullptr) return {};
  set_up(curl, endpoint.address.url, deadline);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
  return curl_easy_perform(curl) == CURLE_OK ? read_seen(curl) : Seen{};
}

std::size_t drop(char*, std::size_t, std::size_t size, void*) noexcept {
  return size;
}

/// The same place as clear text.
std::string clear_text_url(const Endpoint& endpoint) {
  return "http" + endpoint.address.url.substr(std::string_view("https").size());
}

/// Whether HTTP without TLS is spoken there. It asks for what anybody may ask.
bool speaks_clear_text(const Endpoint& endpoint, Clock::time_point deadline) {
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  CURL* const curl = handle.get();
  if (curl == nullptr) return false;
  set_up(curl, clear_text_url(endpoint) + "/-/healthy", deadline);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
  return curl_easy_perform(curl) == CURLE_OK;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string issuer_fault(const Endpoint& endpoint, const Seen& seen) {
  const std::string issued = seen.issuer.empty() ? "" : fmt::format(" ({})", seen.issuer);
  if (!endpoint.ca_file.empty()) {
    return fmt::format("its certificate was not issued by who {} names, but by another{}",
                       endpoint.ca_file, issued);
  }
  return fmt::format(
      "nobody whom this machine trusts issued its certificate{}: give the file of its authority by "
      "--ca FILE or FLATLINE_CA",
      issued);
}

std::string time_fault(const Seen& seen, bool is_over) {
  const std::string& when = is_over ? seen.expires : seen.begins;
  return fmt::format("its certificate {}{}; the clock here says {}: {}",
                     is_over ? "has expired" : "is not valid yet",
                     when.empty() ? ""
                     : is_over    ? ", at " + when
                                  : ", but from " + when + " on",
                     format_rfc3339(wall_now()),
                     is_over ? "it must be renewed" : "one of both is wrong");
}

std::string certificate_fault(const FailedTransfer& transfer, const Endpoint& endpoint,
                              Clock::time_point deadline) {
  long found = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_SSL_VERIFYRESULT, &found);
  Seen seen = read_seen(transfer.curl);
  if (seen.issuer.empty()) seen = look_again(endpoint, deadline);
  if (has(transfer.said, "target host name") || has(transfer.said, "subject name")) {
    return fmt::format(
        "its certificate is not for {}, but for {}: ask it by a name that stands "
        "there",
        endpoint.address.host, seen.names);
  }
  switch (found) {
    case kExpired:
    case kNotYetValid:
      return time_fault(seen, found == kExpired);
    case kNoIssuerKnown:
    case kSelfSigned:
    case kSelfSignedInChain:
    case kNoLocalIssuer:
    case kNoIssuerAtAll:
      return issuer_fault(endpoint, seen);
    default:
      return fmt::format("its certificate cannot be trusted: {}", plain(transfer.said));
  }
}

std::string handshake_fault(const std::string& said, const Endpoint& endpoint,
                            Clock::time_point deadline) {
  if (has(said, "unsupported protocol") || has(said, "protocol version")) {
    return "it speaks an old TLS alone; this program speaks 1.2 and newer";
  }
  if (speaks_clear_text(endpoint, deadline)) {
    return fmt::format("it speaks clear text there, no TLS: use {}", clear_text_url(endpoint));
  }
  if (has(said, "unexpected eof") || has(said, "SSL_ERROR_SYSCALL") || has(said, "reset by peer")) {
    return "it closed the connection before TLS was agreed upon: too many came from here, or it is "
           "no collector; try again";
  }
  return fmt::format("no TLS with it: {}", plain(said));
}

}  // namespace

std::string tls_fault(const FailedTransfer& transfer, const Endpoint& endpoint,
                      Clock::time_point deadline) {
  if (!endpoint.address.url.starts_with("https:")) return {};
  std::string text;
  switch (transfer.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      text = certificate_fault(transfer, endpoint, deadline);
      break;
    case CURLE_SSL_CONNECT_ERROR:
      text = handshake_fault(transfer.said, endpoint, deadline);
      break;
    case CURLE_SSL_CACERT_BADFILE:
      return fmt::format("--ca: {} cannot be read, or holds no certificate in PEM",
                         endpoint.ca_file);
    default:
      return {};
  }
  return fmt::format("{}: {}", endpoint.address.url, text);
}

}  // namespace flatline::cli
