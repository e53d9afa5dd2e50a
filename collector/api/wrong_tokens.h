#pragma once

// Counts wrong tokens by the client that showed them, and says when one has tried too often. Pure:
// it is handed the time. A fixed number of clients is remembered.

#include <cstdint>
#include <vector>

#include "collector/api/token_bucket.h"
#include "schema/access_limits.h"

namespace flatline {

class WrongTokens {
 public:
  WrongTokens() { clients_.reserve(kWrongTokenClients); }

  /// How long the client's attempts are spent yet; zero if it has some left. Whole addresses are
  /// cut to clients here, as in Throttle.
  [[nodiscard]] Duration spent(const ClientAddress& address, Instant now) const;
  /// Counts a wrong token. Returns zero, or how long its client has to wait.
  Duration count(const ClientAddress& address, Instant now);

  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// The client that showed most of them while it was remembered, and how many. None of it is
  /// meant where `count` is 0.
  struct Most {
    ClientAddress client{};
    std::uint64_t count = 0;
  };
  [[nodiscard]] const Most& most() const { return most_; }

 private:
  struct Client {
    ClientAddress address{};
    TokenBucket bucket;
    Instant tried_at{};
    Instant spent_until{};
    std::uint64_t count = 0;
  };

  std::vector<Client> clients_;
  std::uint64_t total_ = 0;
  Most most_;
};

}  // namespace flatline
