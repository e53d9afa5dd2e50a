#include "collector/api/wrong_tokens.h"

#include <algorithm>

namespace flatline {

Duration WrongTokens::spent(const ClientAddress& address, Instant now) const {
  const auto known = std::ranges::find(clients_, client_of(address), &Client::address);
  if (known == clients_.end()) return Duration{0};
  return std::max(known->spent_until - now, Duration{0});
}

Duration WrongTokens::count(const ClientAddress& address, Instant now) {
  const ClientAddress client = client_of(address);
  auto place = std::ranges::find(clients_, client, &Client::address);
  if (place == clients_.end()) {
    const Client fresh{client, TokenBucket(kWrongTokensPerSecond, kWrongTokensBurst, now), now, now,
                       0};
    if (clients_.size() < kWrongTokenClients) {
      place = clients_.insert(clients_.end(), fresh);
    } else {
      place = std::ranges::min_element(clients_, {}, &Client::tried_at);
      *place = fresh;
    }
  }
  ++total_;
  place->tried_at = now;
  if (++place->count > most_.count) most_ = {client, place->count};
  const Duration wait = place->bucket.take(now);
  if (wait > Duration{0}) place->spent_until = now + wait;
  return wait;
}

}  // namespace flatline
