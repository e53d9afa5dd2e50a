#pragma once

// TLS under the API: the certificate that is shown now, what handshakes are charged, and what
// became of them. libmicrohttpd and GnuTLS do the rest. All of it may be called by any thread.
//
// A client pays for a handshake when it is accepted, at what it costs by the key that is shown. It
// keeps the certificate that was shown then, so that a reload closes nothing. Sessions are never
// resumed: each handshake is a whole one, and no ticket outlives a key. Whoever speaks clear text
// here is told so in clear text.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "collector/api/certificate.h"
#include "collector/api/token_bucket.h"
#include "schema/time.h"

struct gnutls_session_int;

namespace flatline {

/// What is spoken (GnuTLS, "Priority strings"): TLS 1.3 and 1.2, with keys that nobody can compute
/// later from the certificate's, and ciphers that also prove what they hide. Who connects chooses
/// the curve, and so what the exchange costs: only the two quick ones are spoken. Of the ciphers
/// the first that both speak is taken, whose hash is the quickest here.
inline constexpr const char* kTlsPriorities =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:"
    "+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:"
    "+GROUP-SECP256R1:%SERVER_PRECEDENCE";

/// What became of a handshake.
enum class HandshakeEnd : std::uint8_t {
  kDone,
  kFailed,     ///< The client ended it, took too long, or spoke nothing that is spoken here.
  kClearText,  ///< It was HTTP without TLS.
  kRefused     ///< It was not begun: too many came before it.
};
inline constexpr std::size_t kHandshakeEnds = 4;
inline constexpr std::array<std::string_view, kHandshakeEnds> kHandshakeEndNames = {
    "done", "failed", "clear_text", "refused"};

class TlsSession;

class Tls {
 public:
  Tls(std::shared_ptr<const Certificate> certificate, const Moment& moment);

  /// Whether a client, of this whole address, may begin a handshake, for which it then pays.
  [[nodiscard]] bool admit(const ClientAddress& address, Instant now) noexcept;
  /// Takes over a session that was just accepted on this socket. `done` is called once the client
  /// has done its part of the handshake. Throws std::bad_alloc.
  [[nodiscard]] std::unique_ptr<TlsSession> begin(gnutls_session_int* session, int socket,
                                                  std::function<void()> done);

  /// What the log must tell of the certificate's time; empty but once a day, and while there is
  /// nothing to do.
  [[nodiscard]] std::string advice_due(WallTime now);

  void set_certificate(std::shared_ptr<const Certificate> certificate);
  [[nodiscard]] std::shared_ptr<const Certificate> certificate() const;

  [[nodiscard]] std::uint64_t ended(HandshakeEnd end) const {
    return ends_[static_cast<std::size_t>(end)].load(std::memory_order_relaxed);
  }

 private:
  friend class TlsSession;
  void count(HandshakeEnd end) {
    ends_[static_cast<std::size_t>(end)].fetch_add(1, std::memory_order_relaxed);
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const Certificate> certificate_;
  WallTime advise_at_;
  Throttle throttle_;
  std::array<std::atomic<std::uint64_t>, kHandshakeEnds> ends_{};
};

/// One connection's TLS. GnuTLS holds pointers to it until the connection is closed.
class TlsSession {
 public:
  TlsSession(Tls& tls, int socket, std::function<void()> done)
      : tls_(tls), certificate_(tls.certificate()), socket_(socket), done_(std::move(done)) {}
  ~TlsSession() { tls_.count(end_); }
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // GnuTLS calls these.
  [[nodiscard]] const Certificate& certificate() const { return *certificate_; }
  /// Reads from the socket, as recv() does.
  std::ptrdiff_t read(void* into, std::size_t size) noexcept;
  void finished() noexcept;

 private:
  void answer_clear_text() const;

  Tls& tls_;
  std::shared_ptr<const Certificate> certificate_;
  int socket_;
  std::function<void()> done_;
  bool began_ = false;  ///< Its first byte was seen.
  HandshakeEnd end_ = HandshakeEnd::kFailed;
};

/// What libmicrohttpd is told as MHD_OPTION_HTTPS_CERT_CALLBACK: it has a TlsSession's certificate
/// shown.
using ShowCertificate = void (*)();
[[nodiscard]] ShowCertificate show_certificate();

}  // namespace flatline
