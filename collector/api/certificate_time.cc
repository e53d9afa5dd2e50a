#include "collector/api/certificate_time.h"

#include <fmt/core.h>

#include "schema/access_limits.h"
#include "schema/program/wall_time.h"

namespace flatline {

std::string refused_for_its_time(WallTime begins, WallTime expires, WallTime now) {
  if (now >= expires) return fmt::format("it expired at {}", format_rfc3339(expires));
  if (now < begins) return fmt::format("it is not valid before {}", format_rfc3339(begins));
  return {};
}

std::string certificate_advice(WallTime expires, WallTime now) {
  if (expires - now >= kCertificateExpiresSoon) return {};
  return fmt::format("it {} at {}; renew it and reload (SIGHUP)",
                     now < expires ? "expires" : "expired", format_rfc3339(expires));
}

}  // namespace flatline
