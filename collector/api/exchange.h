#pragma once

// One request on its way through libmicrohttpd: what was read of it so far, and its answer once
// there is one. It is made when a request's first line was read, and deleted when the request is
// over.

#include <atomic>
#include <cstddef>
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

/// How many bytes of answers wait for their readers. Any thread may ask.
class UnsentBytes {
 public:
  /// Takes room for an answer. Small ones always find it; false if a large one does not.
  [[nodiscard]] bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> bytes_{0};
};

/// Hands an answer to libmicrohttpd, body and all. Returns false if it could not take it. `unsent`
/// has room for the body, and gets it back once nobody needs it; it outlives the connection.
[[nodiscard]] bool send(MHD_Connection* connection, ApiResponse answer, UnsentBytes& unsent);

}  // namespace flatline
