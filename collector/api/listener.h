#pragma once

// The API's listening socket, bound before anything is made on the disk: a port that is busy or an
// address that may not be served leaves no trace. Owns the socket until a server takes it over;
// answers nobody.

#include "schema/program/address.h"
#include "schema/program/descriptor.h"
#include "schema/program/endpoint.h"

namespace flatline {

class ApiListener {
 public:
  /// Binds and listens. Throws Failure: port busy, not an address of this machine, or an address
  /// other than loopback where that is not `others_may_ask`.
  ApiListener(const Endpoint& endpoint, bool others_may_ask);
  ApiListener(const ApiListener&) = delete;
  ApiListener& operator=(const ApiListener&) = delete;

  /// The address as bound.
  [[nodiscard]] const Address& local() const { return local_; }
  /// The descriptor, the caller's to close from now on.
  [[nodiscard]] int release() { return socket_.release(); }

 private:
  Descriptor socket_;
  Address local_;
};

/// Throws Failure where an ApiListener would for the address alone. Binds nothing.
void check_api_address(const Endpoint& endpoint, bool others_may_ask);

}  // namespace flatline
