#pragma once

// A client, as the throttle knows it, for people.

#include <string>

#include "collector/api/token_bucket.h"

namespace flatline {

/// `192.0.2.7`, or `2001:db8:1:2::/64`.
[[nodiscard]] std::string client_text(const ClientAddress& client);

}  // namespace flatline
