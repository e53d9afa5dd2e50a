#pragma once

// One request on its way through libmicrohttpd: what was read of it so far, and its answer once
// there is one. It is made when a request's first line was read, and deleted when the request is
// over.

#include <optional>
#include <string>
#include <string_view>

#include "collector/api/route.h"

struct MHD_Connection;

namespace flatline {

struct Exchange {
  /// `uri` is the address as it was sent, in libmicrohttpd's own buffer, of which it makes
  /// parameters next. Once decoded it would end at a NUL, and `web-1%00x` would pass for web-1.
  /// Where there is no memory for all parameters, libmicrohttpd gives no answer: so too many of
  /// them are made one, which read() refuses.
  explicit Exchange(char* uri);

  /// Reads the headers that decide whether a body is worth reading.
  void read_headers(MHD_Connection* connection);
  /// Keeps a part of the body, as long as there is room.
  void take_body(std::string_view part);
  /// Fills `request`, or returns the answer that says what is wrong with the address, the
  /// parameters or the body.
  [[nodiscard]] std::optional<ApiResponse> read(MHD_Connection* connection, const char* url,
                                                const char* method);

  bool holds_nul;
  bool too_many_parameters;
  bool begun = false;      ///< The headers were seen.
  std::size_t room = 0;    ///< The largest body that is taken.
  bool too_large = false;  ///< The body was too large.
  bool waits = false;      ///< It was handed to a slow pool, which may have refused it.
  ApiRequest request{};
  std::optional<ApiResponse> answer{};  ///< The answer of a request that waits, once it is made.
};

/// Whether the headers announce a larger body than `room`.
[[nodiscard]] bool announces_too_much(MHD_Connection* connection, std::size_t room);

/// Hands an answer to libmicrohttpd. Returns false if it could not take it.
[[nodiscard]] bool send(MHD_Connection* connection, const ApiResponse& answer);

}  // namespace flatline
