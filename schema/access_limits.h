#pragma once

// The limits of who asks a collector over a network: what TLS may take, who proves who he is by
// which token, and how both are bounded. Reasons stand beside the numbers, as in limits.h. Pure.

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

// --- Tokens -------------------------------------------------------------------------------------

/// Tokens in a collector's list: a token for each person and program of a large team. A request
/// that shows one is compared with all of them, which takes a few microseconds.
inline constexpr std::size_t kTokens = 256;
/// The longest name of a token. Each of the remembered actions has room for one.
inline constexpr std::size_t kTokenNameBytes = 32;
static_assert(kTokenNameBytes <= kByBytes);
/// Random bytes of a token that we make: 256 bits cannot be guessed.
inline constexpr std::size_t kTokenRandomBytes = 32;
/// A token's hash in the list (BLAKE2b): as many bits as the token has.
inline constexpr std::size_t kTokenHashBytes = 32;
/// The largest list: every entry with the longest name, all of its keys, and as much in comments.
inline constexpr std::size_t kTokenListBytes = std::size_t{128} * 1024;
static_assert(kTokenListBytes / kTokens >= 2 * (kTokenNameBytes + 2 * kTokenHashBytes + 128));
/// The longest that a token can be made to last: whoever wants more wants no end.
inline constexpr std::chrono::hours kMaxTokenLife{24 * 3660};

/// Connections of a client beyond its share: there whoever may change something finds a place,
/// however many others of his address hold. He proves it by his first request, within this time;
/// one more ends the oldest that has not.
inline constexpr unsigned kConnectionsBeyondShare = 8;
inline constexpr std::chrono::milliseconds kProofTime{1'000};

// --- Changes ------------------------------------------------------------------------------------

/// Changes that all tokens of the role drain make together a second, and at once after a quiet
/// time. Each may take a place in the record of actions. At the operators' rate a token that was
/// stolen from what deploys would push out within 72 s what all others did; at this one it needs
/// half an hour. A deploy has its burst, and whoever drains many hosts names them in one request.
inline constexpr double kDrainChangesPerSecond = 2;
inline constexpr double kDrainChangesBurst = kChangesBurst;
static_assert(kDrainChangesPerSecond < kChangesPerSecond);
static_assert((kActions - kDrainChangesBurst) / kDrainChangesPerSecond > 25 * 60);

// --- Attempts -----------------------------------------------------------------------------------

/// Wrong tokens of one client that are answered as such, at once and then a second. More say that
/// somebody guesses. People who mistype, and a scrape with an old token, stay far below it.
inline constexpr double kWrongTokensBurst = 50;
inline constexpr double kWrongTokensPerSecond = 1;
/// Clients whose attempts are remembered; the one that tried longest ago makes room.
inline constexpr std::size_t kWrongTokenClients = 1024;
/// A shorter token may have been thought of by somebody, so it can be guessed. It is not even
/// looked at while its client's attempts are spent. Longer ones are always looked at: nobody
/// guesses them, and so nobody who tries can keep their owners out.
inline constexpr std::size_t kUnguessableBytes = 32;
static_assert(kUnguessableBytes <= 2 * kTokenRandomBytes);

}  // namespace flatline
