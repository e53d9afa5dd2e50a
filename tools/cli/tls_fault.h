#pragma once

// Says what is wrong where a collector could not be asked by TLS, and what would be right: names,
// issuer, time, version, or that one of both speaks clear text. In such a case nothing was asked
// yet.

#include <chrono>
#include <string>

#include "tools/cli/endpoint.h"

namespace flatline::cli {

/// A transfer of libcurl that ended with an error.
struct FailedTransfer {
  void* curl;        ///< Its CURL handle,
  int code;          ///< its CURLcode,
  std::string said;  ///< and libcurl's own words.
};

/// Empty where it is no fault of TLS. Where libcurl does not tell what stands in the certificate,
/// this looks at it once more until `deadline`, without asking anything and without a token.
[[nodiscard]] std::string tls_fault(const FailedTransfer& transfer, const Endpoint& endpoint,
                                    std::chrono::steady_clock::time_point deadline);

}  // namespace flatline::cli
