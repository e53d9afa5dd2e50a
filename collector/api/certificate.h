#pragma once

// What the API shows to clients that ask by TLS: a certificate with those of its issuers, and the
// private key. It is read from two files of PEM and never changes; a reload makes another one.
// Whoever shows it keeps it until the connection is over. It reads no clock: callers say what time
// it is.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "schema/time.h"

struct gnutls_pcert_st;
struct gnutls_privkey_st;

namespace flatline {

class Certificate {
 public:
  /// Reads both files. The key's must be private, as a fleet key's. Throws Failure where something
  /// is wrong with one, or where the key is another's.
  Certificate(const std::filesystem::path& certificate, const std::filesystem::path& key);
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] WallTime begins() const { return begins_; }
  [[nodiscard]] WallTime expires() const { return expires_; }
  /// The names of hosts and the addresses that it is for; browsers look at no others.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// What a handshake costs a processor by this key, as measured when it was read.
  [[nodiscard]] Duration handshake_cost() const { return handshake_cost_; }

  /// The certificates, its own first, and the key, for GnuTLS, which borrows them.
  struct Shown {
    gnutls_pcert_st* chain;
    unsigned length;
    gnutls_privkey_st* key;
  };
  [[nodiscard]] Shown shown() const;

 private:
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
  WallTime begins_{};
  WallTime expires_{};
  std::vector<std::string> names_;
  Duration handshake_cost_{};
};

}  // namespace flatline
