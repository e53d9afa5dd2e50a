#pragma once

// The API's listening socket. It is bound before anything is made on the disk, so that a port that
// is busy, or an address that may not be served, leaves no trace. It owns the socket until a server
// takes that over, and answers nobody.

#include "schema/program/address.h"
#include "schema/program/descriptor.h"
#include "schema/program/endpoint.h"

namespace flatline {

class ApiListener {
 public:
  /// Binds and listens. Throws Failure if the port is busy, if the address is not one of this
  /// machine, or if it is not loopback and `others_may_ask` is false.
  ApiListener(const Endpoint& endpoint, bool others_may_ask);
  ApiListener(const ApiListener&) = delete;
  ApiListener& operator=(const ApiListener&) = delete;

  /// The address as bound.
  [[nodiscard]] const Address& local() const { return local_; }
  /// Gives the descriptor up: from now on the caller must close it.
  [[nodiscard]] int release() { return socket_.release(); }

 private:
  Descriptor socket_;
  Address local_;
};

/// Throws the Failure that an ApiListener would throw for the address alone. Binds nothing.
void check_api_address(const Endpoint& endpoint, bool others_may_ask);

}  // namespace flatline
