#pragma once

// Throttles what clients ask for by a token bucket for each client address and one for all
// together: requests, or processor time that handshakes take. A fixed number of clients is
// remembered; the one that was not seen for longest makes room for a new one. Pure: it is handed
// the time.

#include <array>
#include <cstdint>
#include <vector>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst, Instant now)
      : per_second_(per_second), burst_(burst), tokens_(burst), filled_(now) {}

  /// Takes `amount` tokens and returns zero, or takes none and returns how long to wait. Whoever
  /// takes more than the burst leaves a debt, so that the rate holds for him too.
  Duration take(Instant now, double amount = 1);

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Instant filled_;
};

/// The client that a bucket belongs to: an IPv4-mapped address, or the /64 of an IPv6 address.
using ClientAddress = std::array<std::uint8_t, 16>;

/// Cuts an IPv6 address to its /64; leaves IPv4-mapped ones whole.
ClientAddress client_of(const ClientAddress& address);

/// How much of one client is taken, and of all: a second, and at once after a quiet time.
struct Rates {
  double client_per_second;
  double client_burst;
  double all_per_second;
  double all_burst;
};
/// Requests.
inline constexpr Rates kRequestRates{kClientRequestsPerSecond, kClientBurst, kAllRequestsPerSecond,
                                     kAllBurst};

class Throttle {
 public:
  explicit Throttle(Instant now) : Throttle(kRequestRates, now) {}
  Throttle(const Rates& rates, Instant now);

  /// Returns zero if the request may go on, or else how long to wait. `address` is the client's
  /// whole address; client_of() is applied to it here. `price` is what the request costs.
  Duration admit(const ClientAddress& address, Instant now, double price = 1);

 private:
  struct Client {
    ClientAddress address{};
    TokenBucket bucket;
    Instant seen{};
  };

  Rates rates_;
  TokenBucket all_;
  std::vector<Client> clients_;
};

}  // namespace flatline
