#include "collector/api/token_bucket.h"

#include <algorithm>
#include <cmath>

#include "schema/program/address.h"

namespace flatline {

Duration TokenBucket::take(Instant now, double amount) {
  const double passed = std::chrono::duration<double>(now - filled_).count();
  tokens_ = std::min(burst_, tokens_ + std::max(passed, 0.0) * per_second_);
  filled_ = std::max(filled_, now);
  const double needed = std::min(amount, burst_);
  if (tokens_ >= needed) {
    tokens_ -= amount;
    return Duration{0};
  }
  return std::chrono::ceil<Duration>(
      std::chrono::duration<double>((needed - tokens_) / per_second_));
}

ClientAddress client_of(const ClientAddress& address) {
  ClientAddress client = address;
  if (!is_ipv4_mapped(address)) {
    std::fill(client.begin() + 8, client.end(), std::uint8_t{0});
  }
  return client;
}

Throttle::Throttle(const Rates& rates, Instant now)
    : rates_(rates), all_(rates.all_per_second, rates.all_burst, now) {
  clients_.reserve(kApiClients);
}

Duration Throttle::admit(const ClientAddress& address, Instant now, double price) {
  const ClientAddress client = client_of(address);
  auto place = std::find_if(clients_.begin(), clients_.end(),
                            [&](const Client& known) { return known.address == client; });
  if (place == clients_.end()) {
    const Client fresh{client, TokenBucket(rates_.client_per_second, rates_.client_burst, now),
                       now};
    if (clients_.size() < kApiClients) {
      place = clients_.insert(clients_.end(), fresh);
    } else {
      place = std::min_element(clients_.begin(), clients_.end(),
                               [](const Client& a, const Client& b) { return a.seen < b.seen; });
      *place = fresh;
    }
  }
  place->seen = now;
  const Duration wait = place->bucket.take(now, price);
  return wait > Duration{0} ? wait : all_.take(now, price);
}

}  // namespace flatline
