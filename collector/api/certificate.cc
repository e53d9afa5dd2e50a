#include "collector/api/certificate.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "schema/access_limits.h"
#include "schema/program/error.h"
#include "schema/program/secret_file.h"
#include "schema/program/small_file.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

/// A file's bytes, which are wiped at the end: they may be a key's.
class FileBytes {
 public:
  FileBytes(const fs::path& path, std::size_t most) : bytes_(most + 1) {
    const std::string_view read = read_small_file(path.c_str(), bytes_);
    if (read.data() == nullptr) {
      throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
    }
    if (read.size() > most) {
      throw Failure(fmt::format("{}: is longer than {} KiB", path.string(), most >> 10));
    }
    size_ = read.size();
  }
  ~FileBytes() { ::explicit_bzero(bytes_.data(), bytes_.size()); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  [[nodiscard]] gnutls_datum_t datum() {
    return {reinterpret_cast<unsigned char*>(bytes_.data()), static_cast<unsigned>(size_)};
  }

 private:
  std::vector<char> bytes_;
  std::size_t size_ = 0;
};

/// By which a key and a certificate are known to belong together.
using KeyId = std::array<unsigned char, 32>;

struct FreeCertificate {
  void operator()(gnutls_x509_crt_t certificate) const { gnutls_x509_crt_deinit(certificate); }
};
using X509 = std::unique_ptr<gnutls_x509_crt_int, FreeCertificate>;

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw Failure(fmt::format("{}: {}", path.string(), why));
}

/// Throws Failure unless GnuTLS did what it was asked to do.
void require(int result, const fs::path& path, const std::string& what) {
  if (result < 0) fail(path, fmt::format("{}: {}", what, gnutls_strerror(result)));
}

X509 to_x509(gnutls_pcert_st& certificate, const fs::path& path) {
  gnutls_x509_crt_t out = nullptr;
  require(gnutls_pcert_export_x509(&certificate, &out), path, "is no certificate");
  return X509(out);
}

WallTime to_wall_time(std::time_t seconds) {
  return WallTime{std::chrono::seconds{seconds}};
}

/// An address as people write it; empty for what is none.
std::string address_text(const char* bytes, std::size_t size) {
  char text[INET6_ADDRSTRLEN] = {};
  if (size != 4 && size != 16) return {};
  return ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text) == nullptr ? ""
                                                                                          : text;
}

std::vector<std::string> names_in(gnutls_x509_crt_t certificate) {
  std::vector<std::string> names;
  for (unsigned i = 0;; ++i) {
    std::array<char, 1024> name;
    std::size_t size = name.size();
    const int kind =
        gnutls_x509_crt_get_subject_alt_name(certificate, i, name.data(), &size, nullptr);
    if (kind < 0 && kind != GNUTLS_E_SHORT_MEMORY_BUFFER) return names;  // There are no more.
    if (kind == GNUTLS_SAN_DNSNAME) names.emplace_back(name.data(), size);
    if (kind == GNUTLS_SAN_IPADDRESS) names.push_back(address_text(name.data(), size));
  }
}

Duration thread_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// How long the key takes to sign, at best: whatever else the machine does makes it longer.
Duration signing_time(gnutls_privkey_t key, gnutls_digest_algorithm_t hash, const fs::path& path) {
  Duration best = Duration::max();
  unsigned char bytes[64] = {};
  const gnutls_datum_t data{bytes, sizeof bytes};
  for (int i = 0; i < kSignatureTries; ++i) {
    gnutls_datum_t signature{};
    const Duration began = thread_time();
    require(gnutls_privkey_sign_data(key, hash, 0, &data, &signature), path, "cannot sign");
    best = std::min(best, thread_time() - began);
    gnutls_free(signature.data);
  }
  return best;
}

void require_private_file(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    fail(path, fmt::format("cannot read: {}", system_error_text(errno)));
  }
  if (S_ISREG(status.st_mode)) require_private(path, status.st_mode, status.st_gid);
}

}  // namespace

struct Certificate::Loaded {
  Loaded() = default;
  ~Loaded() {
    for (unsigned i = 0; i < length; ++i) gnutls_pcert_deinit(&chain[i]);
    if (key != nullptr) gnutls_privkey_deinit(key);
    if (public_key != nullptr) gnutls_pubkey_deinit(public_key);
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  void read_chain(const fs::path& path) {
    FileBytes file(path, kCertificateFileBytes);
    const gnutls_datum_t datum = file.datum();
    unsigned found = kCertificateChain;
    const int result =
        gnutls_pcert_list_import_x509_raw(chain.data(), &found, &datum, GNUTLS_X509_FMT_PEM,
                                          GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
    if (result == GNUTLS_E_SHORT_MEMORY_BUFFER) {
      fail(path, fmt::format("holds more than {} certificates", kCertificateChain));
    }
    require(result, path, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    length = found;
  }

  void read_key(const fs::path& path) {
    FileBytes file(path, kPrivateKeyFileBytes);
    require_private_file(path);
    const gnutls_datum_t datum = file.datum();
    require(gnutls_privkey_init(&key), path, "private key");
    const int result = gnutls_privkey_import_x509_raw(key, &datum, GNUTLS_X509_FMT_PEM, nullptr,
                                                      GNUTLS_PKCS_PLAIN);
    if (result == GNUTLS_E_DECRYPTION_FAILED) {
      fail(path,
           "is locked by a passphrase, which nobody can type for a service; unlock it: "
           "openssl pkey -in FILE -out KEY");
    }
    require(result, path, "holds no private key in PEM (-----BEGIN PRIVATE KEY-----)");
    require(gnutls_pubkey_init(&public_key), path, "public key");
    require(gnutls_pubkey_import_privkey(public_key, key, 0, 0), path, "its public key");
  }

  /// Throws Failure unless the first certificate is the key's.
  void require_pair(const fs::path& certificate, const fs::path& path) {
    KeyId own{};
    std::size_t size = own.size();
    require(gnutls_pubkey_get_key_id(public_key, GNUTLS_KEYID_USE_SHA256, own.data(), &size), path,
            "its public key");
    for (unsigned i = 0; i < length; ++i) {
      KeyId id{};
      size = id.size();
      const X509 crt = to_x509(chain[i], certificate);
      require(gnutls_x509_crt_get_key_id(crt.get(), GNUTLS_KEYID_USE_SHA256, id.data(), &size),
              certificate, "its public key");
      if (id != own) continue;
      if (i == 0) return;
      fail(certificate, fmt::format("the certificate of {} must come first, before those of its "
                                    "issuers",
                                    path.string()));
    }
    fail(path, fmt::format("is not the key of {}", certificate.string()));
  }

  std::array<gnutls_pcert_st, kCertificateChain> chain{};
  unsigned length = 0;
  gnutls_privkey_t key = nullptr;
  gnutls_pubkey_t public_key = nullptr;
};

Certificate::Certificate(const fs::path& certificate, const fs::path& key)
    : loaded_(std::make_unique<Loaded>()) {
  loaded_->read_chain(secret_path(certificate));
  loaded_->read_key(secret_path(key));
  loaded_->require_pair(certificate, key);
  unsigned bits = 0;
  if (gnutls_privkey_get_pk_algorithm(loaded_->key, &bits) == GNUTLS_PK_RSA && bits < kMinRsaBits) {
    fail(key, fmt::format("is of {} bits; RSA needs {} or more", bits, kMinRsaBits));
  }
  const X509 own = to_x509(loaded_->chain[0], certificate);
  begins_ = to_wall_time(gnutls_x509_crt_get_activation_time(own.get()));
  expires_ = to_wall_time(gnutls_x509_crt_get_expiration_time(own.get()));
  names_ = names_in(own.get());
  gnutls_digest_algorithm_t hash = GNUTLS_DIG_SHA256;
  gnutls_pubkey_get_preferred_hash_algorithm(loaded_->public_key, &hash, nullptr);
  handshake_cost_ = kHandshakeCost + signing_time(loaded_->key, hash, key);
}

Certificate::~Certificate() = default;

Certificate::Shown Certificate::shown() const {
  return {loaded_->chain.data(), loaded_->length, loaded_->key};
}

}  // namespace flatline
