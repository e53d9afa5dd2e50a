#pragma once

// Throttling: a token bucket for each client address and one for all together. Pure: handed the
// time. A fixed number of clients is remembered; the longest unseen makes room for a new one.

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

  /// Nothing to wait: one token was taken. Otherwise how long until there is one.
  Duration take(Instant now);

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Instant filled_;
};

/// Whom a bucket belongs to: an IPv4-mapped address, or an IPv6 one's /64.
using ClientAddress = std::array<std::uint8_t, 16>;

/// Cuts an IPv6 address to its /64; leaves IPv4-mapped ones whole.
ClientAddress client_of(const ClientAddress& address);

class Throttle {
 public:
  explicit Throttle(Instant now);

  /// Nothing to wait: the request may go on. `address` as it came: client_of is applied.
  Duration admit(const ClientAddress& address, Instant now);

 private:
  struct Client {
    ClientAddress address{};
    TokenBucket bucket;
    Instant seen{};
  };

  TokenBucket all_;
  std::vector<Client> clients_;
};

}  // namespace flatline
