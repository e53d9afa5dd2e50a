#include "collector/api/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include <exception>
#include <utility>

#include "collector/api/certificate_time.h"
#include "schema/access_limits.h"

namespace flatline {
namespace {

constexpr Rates kHandshakeRates{
    kClientHandshakeShare, std::chrono::duration<double>(kClientHandshakeBurst).count(),
    kAllHandshakeShare, std::chrono::duration<double>(kAllHandshakeBurst).count()};

/// The status is what RFC 9110 (15.5.20) has for a scheme that is not served.
constexpr std::string_view kClearTextAnswer =
    "HTTP/1.1 421 Misdirected Request\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 64\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
    "\r\n"
    R"({"error":"this collector speaks TLS; ask it again by https://"})"
    "\n";

int show(gnutls_session_t session, const gnutls_datum_t*, int, const gnutls_pk_algorithm_t*, int,
         gnutls_pcert_st** chain, unsigned* length, gnutls_privkey_t* key) {
  const auto* self = static_cast<const TlsSession*>(gnutls_session_get_ptr(session));
  if (self == nullptr) return -1;  // There was no memory for it: the connection is being shut.
  const Certificate::Shown shown = self->certificate().shown();
  *chain = shown.chain;
  *length = shown.length;
  *key = shown.key;
  return 0;
}

ssize_t pull(gnutls_transport_ptr_t self, void* into, std::size_t size) {
  return static_cast<TlsSession*>(self)->read(into, size);
}

/// Only who holds the handshake's keys can send what is read here as its end.
int after_finished(gnutls_session_t session, unsigned, unsigned, unsigned incoming,
                   const gnutls_datum_t*) {
  if (incoming != 0) static_cast<TlsSession*>(gnutls_session_get_ptr(session))->finished();
  return 0;
}

}  // namespace

/// Whoever read the certificate has told of its time just now.
Tls::Tls(std::shared_ptr<const Certificate> certificate, const Moment& moment)
    : certificate_(std::move(certificate)),
      advise_at_(moment.wall + kCertificateToldEvery),
      throttle_(kHandshakeRates, moment.now) {}

std::string Tls::advice_due(WallTime now) {
  const std::lock_guard guard(mutex_);
  if (now < advise_at_) return {};
  advise_at_ = now + kCertificateToldEvery;
  return certificate_advice(certificate_->expires(), now);
}

bool Tls::admit(const ClientAddress& address, Instant now) noexcept {
  bool admitted = false;
  try {
    const std::lock_guard guard(mutex_);
    const double cost = std::chrono::duration<double>(certificate_->handshake_cost()).count();
    admitted = throttle_.admit(address, now, cost) == Duration{0};
  } catch (const std::exception&) {
    // Nobody is let in whom there is no memory to charge.
  }
  if (!admitted) count(HandshakeEnd::kRefused);
  return admitted;
}

std::unique_ptr<TlsSession> Tls::begin(gnutls_session_t session, int socket,
                                       std::function<void()> done) {
  auto begun = std::make_unique<TlsSession>(*this, socket, std::move(done));
  gnutls_session_set_ptr(session, begun.get());
  gnutls_transport_ptr_t write_to = nullptr;
  gnutls_transport_ptr_t read_from = nullptr;
  gnutls_transport_get_ptr2(session, &read_from, &write_to);
  gnutls_transport_set_ptr2(session, begun.get(), write_to);
  gnutls_transport_set_pull_function(session, &pull);
  gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST,
                                     &after_finished);
  return begun;
}

void Tls::set_certificate(std::shared_ptr<const Certificate> certificate) {
  const std::lock_guard guard(mutex_);
  certificate_ = std::move(certificate);
}

std::shared_ptr<const Certificate> Tls::certificate() const {
  const std::lock_guard guard(mutex_);
  return certificate_;
}

std::ptrdiff_t TlsSession::read(void* into, std::size_t size) noexcept {
  if (!began_) {
    char first = 0;
    const ssize_t seen = ::recv(socket_, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen <= 0) return seen;
    began_ = true;
    // Methods of HTTP begin with such a letter, and no record of TLS does.
    if (first >= 'A' && first <= 'Z') {
      end_ = HandshakeEnd::kClearText;
      answer_clear_text();
      return 0;
    }
  }
  return ::recv(socket_, into, size, MSG_DONTWAIT);
}

/// What the client sent is read, as far as it has come: a socket that is closed with something
/// unread takes back what was said on it.
void TlsSession::answer_clear_text() const {
  char unread[4096];
  for (int i = 0; i < 4 && ::recv(socket_, unread, sizeof unread, MSG_DONTWAIT) > 0; ++i) {
  }
  static_cast<void>(::send(socket_, kClearTextAnswer.data(), kClearTextAnswer.size(),
                           MSG_DONTWAIT | MSG_NOSIGNAL));
  ::shutdown(socket_, SHUT_WR);
}

void TlsSession::finished() noexcept {
  if (std::exchange(end_, HandshakeEnd::kDone) != HandshakeEnd::kDone && done_) done_();
}

ShowCertificate show_certificate() {
  return reinterpret_cast<ShowCertificate>(&show);
}

}  // namespace flatline
