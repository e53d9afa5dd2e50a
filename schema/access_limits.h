#pragma once

// The limits of who asks a collector over a network: what TLS may take, and how it is bounded.
// Reasons stand beside the numbers, as in limits.h. Pure.

#include <chrono>
#include <cstddef>

#include "schema/limits/api.h"

namespace flatline {

// --- TLS ----------------------------------------------------------------------------------------

/// The largest file of a certificate and those of its issuers, and how many these are: a public
/// authority's chain has three or four, of 2 KiB each.
inline constexpr std::size_t kCertificateFileBytes = std::size_t{64} << 10;
inline constexpr unsigned kCertificateChain = 8;
/// The largest file of a private key. RSA of 8,192 bits takes 6.4 KiB.
inline constexpr std::size_t kPrivateKeyFileBytes = std::size_t{16} << 10;
/// Shorter keys of RSA are refused by clients of today.
inline constexpr unsigned kMinRsaBits = 2048;
/// A certificate that is good for less than this is told everywhere: whoever renews it by hand
/// needs a while. And how often the log tells that.
inline constexpr std::chrono::hours kCertificateExpiresSoon{24 * 30};
inline constexpr std::chrono::hours kCertificateToldEvery{24};

/// What handshakes may take of a core, of one client and of all, and at once after a quiet time.
/// Each is charged at accept with what it costs by this certificate's key.
inline constexpr double kClientHandshakeShare = 0.05;
inline constexpr std::chrono::milliseconds kClientHandshakeBurst{250};
inline constexpr double kAllHandshakeShare = 0.25;
inline constexpr std::chrono::milliseconds kAllHandshakeBurst{1'000};
/// What a handshake costs besides the key's signature: the key exchange, and the session's own.
inline constexpr std::chrono::microseconds kHandshakeCost{400};
/// How often a signature is tried when a certificate is read; the fastest try is its price.
inline constexpr int kSignatureTries = 3;
/// A handshake that is not done by then is ended: across the world, and with a lost packet or two,
/// it takes a second.
inline constexpr std::chrono::seconds kHandshakeTime{5};
/// Handshakes that one client has under way. One more ends the oldest of them, so that who leaves
/// them half done cannot fill that client's places.
inline constexpr unsigned kHandshakesPerClient = 16;
static_assert(kHandshakesPerClient < kApiConnectionsPerClient);
static_assert(kHandshakeTime < kApiConnectionLifetime);

}  // namespace flatline
